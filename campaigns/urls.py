"""Routes of campaigns, pledges, initiatives and yearly results."""

from django.urls import path

from campaigns.views import campaigns, initiatives, pledges, results

app_name = "campaigns"
urlpatterns = [
    path("campaigns/", campaigns.campaign_list, name="campaign-list"),
    path("campaigns/new/", campaigns.campaign_create, name="campaign-create"),
    path("campaigns/<int:pk>/", campaigns.campaign_detail, name="campaign-detail"),
    path("campaigns/<int:pk>/edit/", campaigns.campaign_edit, name="campaign-edit"),
    path("campaigns/<int:pk>/launch/", campaigns.campaign_launch, name="campaign-launch"),
    path("campaigns/<int:pk>/close/", campaigns.campaign_close, name="campaign-close"),
    path("receipts/<int:pk>/confirm/", campaigns.receipt_confirm, name="receipt-confirm"),
    path("pledges/", pledges.pledge_list, name="pledge-list"),
    path("pledges/new/", pledges.pledge_create, name="pledge-create"),
    path("pledges/<int:pk>/", pledges.pledge_detail, name="pledge-detail"),
    path("pledges/<int:pk>/edit/", pledges.pledge_edit, name="pledge-edit"),
    path("pledges/<int:pk>/submit/", pledges.pledge_submit, name="pledge-submit"),
    path("pledges/<int:pk>/withdraw/", pledges.pledge_withdraw, name="pledge-withdraw"),
    path("pledges/<int:pk>/approve/", pledges.pledge_approve, name="pledge-approve"),
    path("pledges/<int:pk>/return/", pledges.pledge_return, name="pledge-return"),
    path("pledges/<int:pk>/reopen/", pledges.pledge_reopen, name="pledge-reopen"),
    path("pledges/<int:pk>/check/", pledges.pledge_check, name="pledge-check"),
    path("targets/<int:pk>/progress/", pledges.progress_record, name="progress-record"),
    path("initiatives/", initiatives.initiative_list, name="initiative-list"),
    path("initiatives/new/", initiatives.initiative_create, name="initiative-create"),
    path("initiatives/<int:pk>/", initiatives.initiative_detail, name="initiative-detail"),
    path("initiatives/<int:pk>/edit/", initiatives.initiative_edit, name="initiative-edit"),
    path("initiatives/<int:pk>/submit/", initiatives.initiative_submit, name="initiative-submit"),
    path("initiatives/<int:pk>/recognise/", initiatives.initiative_recognise, name="initiative-recognise"),
    path("initiatives/<int:pk>/refuse/", initiatives.initiative_refuse, name="initiative-refuse"),
    path("initiatives/<int:pk>/return/", initiatives.initiative_return, name="initiative-return"),
    path("results/", results.result_list, name="result-list"),
    path("results/<int:pk>/<int:year>/", results.result_edit, name="result-edit"),
]
