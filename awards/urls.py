"""Routes of awards."""

from django.urls import path

from awards.views import archive, decisions, nominations, rounds, steps

app_name = "awards"
urlpatterns = [
    path("rounds/", rounds.round_list, name="round-list"),
    path("rounds/new/", rounds.round_create, name="round-create"),
    path("rounds/<int:pk>/", rounds.round_detail, name="round-detail"),
    path("rounds/<int:pk>/edit/", rounds.round_edit, name="round-edit"),
    path("rounds/<int:pk>/close/", rounds.round_close, name="round-close"),
    path("rounds/<int:pk>/reopen/", rounds.round_reopen, name="round-reopen"),
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
    path("nominations/<int:pk>/", nominations.nomination_detail, name="nomination-detail"),
    path("nominations/<int:pk>/edit/", nominations.nomination_edit, name="nomination-edit"),
    path("nominations/<int:pk>/papers/add/", nominations.paper_add, name="paper-add"),
    path("nominations/papers/<int:pk>/remove/", nominations.paper_remove, name="paper-remove"),
    path("nominations/<int:pk>/ask-signature/", steps.ask_signature, name="nomination-ask-signature"),
    path("nominations/<int:pk>/submit/", steps.submit, name="nomination-submit"),
    path(
        "nominations/<int:pk>/return-to-officer/",
        steps.return_to_officer,
        name="nomination-return-to-officer",
    ),
    path("nominations/<int:pk>/withdraw/", steps.withdraw, name="nomination-withdraw"),
    path("nominations/<int:pk>/receive/", steps.receive, name="nomination-receive"),
    path("nominations/<int:pk>/return/", steps.return_nomination, name="nomination-return"),
    path("nominations/<int:pk>/forward/", steps.forward, name="nomination-forward"),
    path("nominations/<int:pk>/result/", steps.record_result, name="nomination-record-result"),
    path("decisions/", decisions.decision_list, name="decision-list"),
    path("decisions/new/", decisions.decision_create, name="decision-create"),
    path("decisions/<int:pk>/", decisions.decision_detail, name="decision-detail"),
    path("decisions/<int:pk>/edit/", decisions.decision_edit, name="decision-edit"),
    path("decisions/<int:pk>/issue/", decisions.decision_issue, name="decision-issue"),
    path("decisions/<int:pk>/papers/", decisions.decision_rebuild, name="decision-rebuild"),
    path("honours/", archive.honour_list, name="honour-list"),
    path("honours/<int:pk>/", archive.honour_detail, name="honour-detail"),
    path("awards/", archive.catalogue, name="catalogue"),
]
