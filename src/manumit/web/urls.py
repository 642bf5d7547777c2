"""The whole product on one page: every address, its view, its name. Alphabetical in each block."""

from django.urls import path

from manumit.directory.views import imports, public, services
from manumit.web.views import accounts, home, security, signing_in

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
    path("unit/rotate", accounts.unit_rotate, name="unit_rotate"),
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
]

handler400 = "manumit.web.views.errors.bad_request"
handler403 = "manumit.web.views.errors.forbidden"
handler404 = "manumit.web.views.errors.not_found"
handler500 = "manumit.web.views.errors.broken"
