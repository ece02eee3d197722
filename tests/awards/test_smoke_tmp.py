import pytest
from tests.builders_awards import *
from awards import queries, facts, tasks
from awards.models import *
from core.models import AuditEntry
@pytest.mark.django_db
def test_smoke(world, django_capture_on_commit_callbacks):
    r = make_round(world)
    n = make_draft(world, r)
    print(facts.readiness_of(n, TODAY))
    p1 = make_passed(world, r)
    p2 = make_passed(world, r, "BK_BO")
    d = make_decision(world, r, p1, p2)
    d = issue(world, d)
    print(d, list(HonourRecord.objects.all()))
    tasks.build_certificates(d.pk)
    for h in d.honours.all(): print(h.files.all())
    from core import files
    open('/tmp/h6-dec.pdf','wb').write(files.read(d.files.get()))
    for i,h in enumerate(d.honours.all()): open(f'/tmp/h6-cert{i}.pdf','wb').write(files.read(h.files.get()))
    print([ (a.action) for a in AuditEntry.objects.order_by('sequence')])
    p1.refresh_from_db()
    from core.flow import history
    for s in queries.tracker(p1, list(history(p1)), queries.route_of(p1, TODAY)): print(s)
    print(queries.board_of(r, world.specialist, TODAY))
