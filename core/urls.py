"""Routes of the ground."""

from django.conf import settings
from django.urls import path

from core.views import drafts, health, pages, sheets

app_name = "core"
urlpatterns = [
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("drafts/<str:key>/", drafts.draft, name="draft"),
    path("drafts/<str:key>/drop/", drafts.draft_drop, name="draft-drop"),
    path("drafts/<str:key>/use/", drafts.draft_use, name="draft-use"),
    path("files/<code:pk>/", pages.download, name="file-download"),
    path("imports/", sheets.sheet_list, name="sheet-list"),
    path("imports/new/<slug:kind>/", sheets.sheet_new, name="sheet-new"),
    path("imports/template/<slug:kind>/", sheets.sheet_template, name="sheet-template"),
    path("imports/<code:pk>/", sheets.sheet_detail, name="sheet-detail"),
    path("imports/<code:pk>/columns/", sheets.sheet_columns, name="sheet-columns"),
    path("imports/<code:pk>/rows/<int:number>/", sheets.sheet_row, name="sheet-row"),
    path("imports/<code:pk>/check/", sheets.sheet_check, name="sheet-check"),
    path("imports/<code:pk>/confirm/", sheets.sheet_confirm, name="sheet-confirm"),
    path("imports/<code:pk>/drop/", sheets.sheet_drop, name="sheet-drop"),
]
if settings.DEBUG:
    urlpatterns.append(path("ui/", pages.components, name="components"))
