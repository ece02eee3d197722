"""Routes of awards."""

from django.urls import path

from awards.views import archive, decisions, nominations, rounds, steps

app_name = "awards"
urlpatterns = [
    path("rounds/", rounds.round_list, name="round-list"),
    path("rounds/new/", rounds.round_create, name="round-create"),
    path("rounds/<code:pk>/", rounds.round_detail, name="round-detail"),
    path("rounds/<code:pk>/edit/", rounds.round_edit, name="round-edit"),
    path("rounds/<code:pk>/close/", rounds.round_close, name="round-close"),
    path("rounds/<code:pk>/reopen/", rounds.round_reopen, name="round-reopen"),
    path("nominations/", nominations.nomination_list, name="nomination-list"),
    path("appraisal/", nominations.nomination_inbox, name="nomination-inbox"),
    path("nominations/new/", nominations.nomination_create, name="nomination-create"),
    path(
        "nominations/new/collective/",
        nominations.nomination_create,
        {"kind": "collective"},
        name="nomination-create-collective",
    ),
    path("nominations/new/many/", nominations.nomination_create_many, name="nomination-create-many"),
    path("nominations/<code:pk>/", nominations.nomination_detail, name="nomination-detail"),
    path("nominations/<code:pk>/edit/", nominations.nomination_edit, name="nomination-edit"),
    path("nominations/<code:pk>/papers/add/", nominations.paper_add, name="paper-add"),
    path("nominations/papers/<code:pk>/remove/", nominations.paper_remove, name="paper-remove"),
    path("nominations/<code:pk>/ask-signature/", steps.ask_signature, name="nomination-ask-signature"),
    path("nominations/<code:pk>/submit/", steps.submit, name="nomination-submit"),
    path(
        "nominations/<code:pk>/return-to-officer/",
        steps.return_to_officer,
        name="nomination-return-to-officer",
    ),
    path("nominations/<code:pk>/withdraw/", steps.withdraw, name="nomination-withdraw"),
    path("nominations/<code:pk>/receive/", steps.receive, name="nomination-receive"),
    path("nominations/<code:pk>/return/", steps.return_nomination, name="nomination-return"),
    path("nominations/<code:pk>/forward/", steps.forward, name="nomination-forward"),
    path("nominations/<code:pk>/result/", steps.record_result, name="nomination-record-result"),
    path("decisions/", decisions.decision_list, name="decision-list"),
    path("decisions/new/", decisions.decision_create, name="decision-create"),
    path("decisions/<code:pk>/", decisions.decision_detail, name="decision-detail"),
    path("decisions/<code:pk>/edit/", decisions.decision_edit, name="decision-edit"),
    path("decisions/<code:pk>/issue/", decisions.decision_issue, name="decision-issue"),
    path("decisions/<code:pk>/papers/", decisions.decision_rebuild, name="decision-rebuild"),
    path("honours/", archive.honour_list, name="honour-list"),
    path("honours/<code:pk>/", archive.honour_detail, name="honour-detail"),
    path("awards/", archive.catalogue, name="catalogue"),
]
