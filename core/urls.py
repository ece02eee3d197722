"""Routes of the ground."""

from django.conf import settings
from django.urls import path

from core.views import drafts, pages

app_name = "core"
urlpatterns = [
    path("health/", pages.health, name="health"),
    path("drafts/<str:key>/", drafts.draft, name="draft"),
    path("files/<int:pk>/", pages.download, name="file-download"),
]
if settings.DEBUG:
    urlpatterns.append(path("ui/", pages.components, name="components"))
