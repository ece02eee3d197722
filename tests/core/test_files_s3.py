"""The same files in an S3-compatible store: a real server, started by the tests."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import ProgressEntry
from core import files
from core.errors import RuleBroken
from core.file_tasks import look_after, sweep_files
from core.files import store, sweep
from core.models import AuditEntry, StoredFile
from tests.bad_files import good_pdf
from tests.builders_campaigns import approved, launched
from tests.s3_server import s3_server
from tests.world import World

BUCKET = "thidua-thu"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("s3") / "log") as (address, _):
        yield address


@pytest.fixture
def bucket(server: str, settings):
    """An empty bucket, and the product set to keep its files there."""
    _use(settings, server)
    client = boto3.client(
        "s3",
        endpoint_url=server,
        aws_access_key_id="thu",
        aws_secret_access_key="thu-bi-mat",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket=BUCKET)
    yield client
    for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=found["Key"])
    client.delete_bucket(Bucket=BUCKET)


def _use(settings, address: str) -> None:
    s3 = settings.FILE_STORAGES["s3"]
    options = s3["OPTIONS"] | {
        "endpoint_url": address, "bucket_name": BUCKET, "access_key": "thu", "secret_key": "thu-bi-mat",
        "region_name": "us-east-1",
    }  # fmt: skip
    settings.STORAGES = settings.STORAGES | {"default": s3 | {"OPTIONS": options}}


@pytest.fixture
def entry(world: World) -> ProgressEntry:
    target = approved(launched(world), world.officer, world.head).targets.get()
    return ProgressEntry.objects.create(target=target, value=1, reported_on="2024-12-01")


@pytest.fixture
def stored(bucket, entry, world) -> StoredFile:
    return files.keep(
        SimpleUploadedFile("Báo cáo.pdf", good_pdf()), "Báo cáo.pdf", entry, actor=world.officer
    )


def keys(bucket) -> list[str]:
    return [found["Key"] for found in bucket.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def test_a_file_is_kept_privately_under_its_checksum(bucket, stored, entry) -> None:
    again = files.keep(ContentFile(files.read(stored)), "khac.pdf", entry, actor=None)

    assert keys(bucket) == [stored.path] == [again.path]
    grants = bucket.get_object_acl(Bucket=BUCKET, Key=stored.path)["Grants"]
    assert [grant["Grantee"]["Type"] for grant in grants] == ["CanonicalUser"]
    with pytest.raises(NotImplementedError):
        default_storage.url(stored.path)


def test_a_file_is_served_by_the_product_to_those_who_may(bucket, stored, world, sign_in) -> None:
    address = reverse("core:file-download", args=[stored.pk])

    answer = sign_in(world.officer).get(address)

    assert (answer.status_code, answer.getvalue()) == (200, files.read(stored))
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert sign_in(world.foreign_officer).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_missing_and_altered_objects_are_found_and_mended(
    bucket, stored, world, sign_in, tmp_path: Path, settings
) -> None:
    settings.FILE_COPY_DIR = str(tmp_path / "copy")
    look_after(stored.pk)
    good, address = files.read(stored), reverse("core:file-download", args=[stored.pk])
    for kind, spoil in {
        "missing": lambda: bucket.delete_object(Bucket=BUCKET, Key=stored.path),
        "altered": lambda: bucket.put_object(Bucket=BUCKET, Key=stored.path, Body=good[:-1] + b"x"),
    }.items():
        spoil()
        counts, fault = files.verify()
        assert (counts[kind], fault["sha256"]) == (1, stored.sha256)
        assert sign_in(world.officer).get(address).status_code == 503
        StoredFile.objects.update(checked_at=None)
        assert sweep_files()["mended"] == 1
        assert files.read(stored) == good

    assert files.verify()[1] is None
    assert AuditEntry.objects.filter(action="file.repair").count() == 2


def test_orphans_are_swept_in_the_bucket_too(bucket, stored) -> None:
    stored.delete()
    now = timezone.now()

    assert sweep.sweep_orphans(now + timedelta(days=2)) == {"orphans": 1, "deleted": 0}
    assert sweep.sweep_orphans(now + timedelta(days=10)) == {"orphans": 1, "deleted": 1}
    assert keys(bucket) == []


def test_quarantine_moves_the_object(bucket, stored) -> None:
    store.move_to_quarantine(stored.sha256)

    assert keys(bucket) == [f"quarantine/{stored.sha256}"]


def test_a_store_that_is_down_is_told_in_words(entry, world, sign_in, settings, tmp_path) -> None:
    kept = files.keep(ContentFile(b"x"), "a.pdf", entry, actor=None)
    with s3_server(tmp_path / "log") as (address, process):
        process.kill()
        process.wait()
        _use(settings, address)
        with pytest.raises(RuleBroken, match="tạm thời không truy cập được"):
            files.keep(SimpleUploadedFile("a.pdf", good_pdf()), "a.pdf", entry, actor=world.officer)
        answer = sign_in(world.officer).get(reverse("core:file-download", args=[kept.pk]))

    assert answer.status_code == 503
    assert "Kho lưu trữ tệp tạm thời không truy cập được" in answer.content.decode()
    assert StoredFile.objects.count() == 1


def test_a_wrong_key_is_no_file(bucket, stored) -> None:
    with pytest.raises(ClientError):
        bucket.get_object(Bucket=BUCKET, Key="khong-co")
    assert store.look(default_storage, "aa/bb/" + "0" * 64) == store.Found()
