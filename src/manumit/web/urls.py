"""The whole product on one page: every address, its view, its name. Alphabetical in each block."""

from django.urls import path

from manumit.cases.views import cases, consents, day, referrals, screening
from manumit.directory.views import imports, public, services
from manumit.web.views import accounts, home, record, security, signing_in

urlpatterns = [
    # --- the ground: signing in, one's own account, accounts of others ---
    path("", home.home, name="home"),
    path("account", security.security, name="security"),
    path("account/code-app", security.code_app, name="code_app"),
    path("account/passkey", security.passkey, name="passkey"),
    path("account/passphrase", security.change_passphrase, name="change_passphrase"),
    path("account/recovery-code", security.recovery_code, name="recovery_code"),
    path(
        "account/second-step/<int:factor_id>/remove",
        security.remove_second_factor,
        name="remove_second_factor",
    ),
    path("accounts", accounts.accounts, name="accounts"),
    path("accounts/<uuid:account_id>", accounts.account, name="account"),
    path("accounts/<uuid:account_id>/end", accounts.account_end, name="account_end"),
    path(
        "accounts/<uuid:account_id>/second-step",
        accounts.account_reset_factors,
        name="account_reset_factors",
    ),
    path("accounts/new", accounts.account_new, name="account_new"),
    path("accounts/organisation", accounts.account_organisation, name="account_organisation"),
    path("accounts/unit", accounts.account_unit, name="account_unit"),
    path("alive", home.alive, name="alive"),
    path("language", home.choose_language, name="choose_language"),
    path("robots.txt", home.robots, name="robots"),
    path("sign-in", signing_in.sign_in, name="sign_in"),
    path("sign-in/code", signing_in.sign_in_code, name="sign_in_code"),
    path("sign-in/picture", signing_in.sign_in_picture, name="sign_in_picture"),
    path("sign-in/recover", signing_in.recover, name="recover"),
    path("sign-in/set-up", signing_in.sign_in_set_up, name="sign_in_set_up"),
    path("sign-out", signing_in.sign_out, name="sign_out"),
    path("signed-out", signing_in.signed_out, name="signed_out"),
    path("unit/people", accounts.unit_people, name="unit_people"),
    path("unit/people/<uuid:account_id>/admit", accounts.unit_admit, name="unit_admit"),
    path("unit/recover", accounts.unit_recover, name="unit_recover"),
    path("unit/rotate", accounts.unit_rotate, name="unit_rotate"),
    path("unit/shares", accounts.unit_shares, name="unit_shares"),
    path("unit/shares/prove", accounts.unit_shares_prove, name="unit_shares_prove"),
    # --- directory ---
    path("find-help", public.find_help, name="find_help"),
    path("hsds/", public.hsds_about, name="hsds_about"),
    path("hsds/services", public.hsds_services, name="hsds_services"),
    path("hsds/services/<uuid:service_id>", public.hsds_service, name="hsds_service"),
    path("services", services.services, name="services"),
    path("services/<uuid:service_id>", services.service, name="service"),
    path("services/<uuid:service_id>/close", services.service_close, name="service_close"),
    path("services/<uuid:service_id>/confirm", services.service_confirm, name="service_confirm"),
    path("services/<uuid:service_id>/edit", services.service_edit, name="service_edit"),
    path("services/<uuid:service_id>/reopen", services.service_reopen, name="service_reopen"),
    path("services/<uuid:service_id>/unit", services.service_unit, name="service_unit"),
    path("services/imports", imports.service_imports, name="service_imports"),
    path("services/imports/<uuid:import_id>", imports.service_import, name="service_import"),
    path("services/imports/rows/<uuid:row_id>", imports.service_row, name="service_row"),
    path("services/new", services.service_new, name="service_new"),
    path("services/template.csv", imports.services_template, name="services_template"),
    path("services/to-confirm", services.services_to_confirm, name="services_to_confirm"),
    # --- assessments ---
    # --- cases ---
    path("board", day.board, name="board"),
    path("cases", cases.cases, name="cases"),
    path("cases/<uuid:case_id>", cases.case, name="case"),
    path("cases/<uuid:case_id>/assign", cases.case_assign, name="case_assign"),
    path("cases/<uuid:case_id>/close", cases.case_close, name="case_close"),
    path("cases/<uuid:case_id>/consents", consents.case_consents, name="case_consents"),
    path("cases/<uuid:case_id>/needs/<uuid:need_id>", cases.need, name="need"),
    path("cases/<uuid:case_id>/needs/<uuid:need_id>/refer", referrals.refer, name="refer"),
    path(
        "cases/<uuid:case_id>/needs/<uuid:need_id>/refer/<uuid:service_id>",
        referrals.refer_to,
        name="refer_to",
    ),
    path("cases/<uuid:case_id>/needs/new", cases.need_new, name="need_new"),
    path("cases/<uuid:case_id>/note", cases.case_note, name="case_note"),
    path("cases/<uuid:case_id>/person", cases.case_person, name="case_person"),
    path("cases/<uuid:case_id>/protection", cases.case_protection, name="case_protection"),
    path("cases/<uuid:case_id>/status", cases.case_status, name="case_status"),
    path("cases/<uuid:case_id>/take", cases.case_take, name="case_take"),
    path("cases/new", cases.case_new, name="case_new"),
    path("cases/search", cases.case_search, name="case_search"),
    path("consents/<uuid:consent_id>/withdraw", consents.consent_withdraw, name="consent_withdraw"),
    path("duties", day.duties, name="duties"),
    path("inbox", referrals.inbox, name="inbox"),
    path("referrals", day.referrals, name="referrals"),
    path("referrals/<uuid:referral_id>", referrals.referral_, name="referral"),
    path("referrals/<uuid:referral_id>/answer", referrals.referral_answer, name="referral_answer"),
    path(
        "referrals/<uuid:referral_id>/progress",
        referrals.referral_progress,
        name="referral_progress",
    ),
    path("referrals/<uuid:referral_id>/record", referrals.referral_record, name="referral_record"),
    path("referrals/<uuid:referral_id>/send", referrals.referral_send, name="referral_send"),
    path(
        "referrals/<uuid:referral_id>/withdraw",
        referrals.referral_withdraw,
        name="referral_withdraw",
    ),
    path("screening", screening.screening_start, name="screening_start"),
    path("screening/<uuid:talk_id>/consent", screening.screening_consent, name="screening_consent"),
    path("screening/<uuid:talk_id>/done", screening.screening_done, name="screening_done"),
    path("screening/<uuid:talk_id>/finding", screening.screening_finding, name="screening_finding"),
    path("screening/<uuid:talk_id>/go-on", screening.screening_resume, name="screening_resume"),
    path("screening/<uuid:talk_id>/more", screening.screening_more, name="screening_more"),
    path("screening/<uuid:talk_id>/person", screening.screening_person, name="screening_person"),
    path(
        "screening/<uuid:talk_id>/questions/<slug:theme_id>",
        screening.screening_ask,
        name="screening_ask",
    ),
    path("screening/<uuid:talk_id>/stop", screening.screening_stop, name="screening_stop"),
    # --- the record ---
    path("record", record.record, name="record"),
    path("record/<int:seq>", record.leaf, name="record_leaf"),
    path("record/checkpoint", record.checkpoint, name="record_checkpoint"),
    path("record/export", record.export, name="record_export"),
    path("record/verify", record.verify, name="record_verify"),
]

handler400 = "manumit.web.views.errors.bad_request"
handler403 = "manumit.web.views.errors.forbidden"
handler404 = "manumit.web.views.errors.not_found"
handler500 = "manumit.web.views.errors.broken"
