"""Routes of reports."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("overview/", views.dashboard, name="dashboard"),
    path("reports/", views.run_list, name="run-list"),
    path("reports/new/", views.run_new, name="run-new"),
    path("reports/<code:pk>/", views.run_detail, name="run-detail"),
]
