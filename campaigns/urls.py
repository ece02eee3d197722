"""Routes of campaigns, pledges, initiatives and yearly results."""

from django.urls import path

from campaigns.views import campaigns, initiatives, pledges, results

app_name = "campaigns"
urlpatterns = [
    path("campaigns/", campaigns.campaign_list, name="campaign-list"),
    path("campaigns/new/", campaigns.campaign_create, name="campaign-create"),
    path("campaigns/<code:pk>/", campaigns.campaign_detail, name="campaign-detail"),
    path("campaigns/<code:pk>/edit/", campaigns.campaign_edit, name="campaign-edit"),
    path("campaigns/<code:pk>/launch/", campaigns.campaign_launch, name="campaign-launch"),
    path("campaigns/<code:pk>/close/", campaigns.campaign_close, name="campaign-close"),
    path("receipts/<code:pk>/confirm/", campaigns.receipt_confirm, name="receipt-confirm"),
    path("pledges/", pledges.pledge_list, name="pledge-list"),
    path("pledges/new/", pledges.pledge_create, name="pledge-create"),
    path("pledges/<code:pk>/", pledges.pledge_detail, name="pledge-detail"),
    path("pledges/<code:pk>/edit/", pledges.pledge_edit, name="pledge-edit"),
    path("pledges/<code:pk>/submit/", pledges.pledge_submit, name="pledge-submit"),
    path("pledges/<code:pk>/withdraw/", pledges.pledge_withdraw, name="pledge-withdraw"),
    path("pledges/<code:pk>/approve/", pledges.pledge_approve, name="pledge-approve"),
    path("pledges/<code:pk>/return/", pledges.pledge_return, name="pledge-return"),
    path("pledges/<code:pk>/reopen/", pledges.pledge_reopen, name="pledge-reopen"),
    path("pledges/<code:pk>/check/", pledges.pledge_check, name="pledge-check"),
    path("targets/<code:pk>/progress/", pledges.progress_record, name="progress-record"),
    path("initiatives/", initiatives.initiative_list, name="initiative-list"),
    path("initiatives/new/", initiatives.initiative_create, name="initiative-create"),
    path("initiatives/<code:pk>/", initiatives.initiative_detail, name="initiative-detail"),
    path("initiatives/<code:pk>/edit/", initiatives.initiative_edit, name="initiative-edit"),
    path("initiatives/<code:pk>/submit/", initiatives.initiative_submit, name="initiative-submit"),
    path("initiatives/<code:pk>/recognise/", initiatives.initiative_recognise, name="initiative-recognise"),
    path("initiatives/<code:pk>/refuse/", initiatives.initiative_refuse, name="initiative-refuse"),
    path("initiatives/<code:pk>/return/", initiatives.initiative_return, name="initiative-return"),
    path("results/", results.result_list, name="result-list"),
    path("results/<code:pk>/<int:year>/", results.result_edit, name="result-edit"),
]
