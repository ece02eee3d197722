"""Fixtures of the tests in this folder."""

import io

import pytest
from openpyxl import load_workbook

from core.documents.excel import render_excel
from core.documents.pdf import render_pdf
from tests.core.document_samples import (
    full_document,
)


@pytest.fixture(scope="module")
def report():
    return render_pdf(full_document())


@pytest.fixture(scope="module")
def workbook():
    return load_workbook(io.BytesIO(render_excel(full_document())))
