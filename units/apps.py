"""The units app: organisation, people, accounts, roles; installs the one permission policy."""

from django.apps import AppConfig


class UnitsConfig(AppConfig):
    name = "units"
    verbose_name = "Đơn vị và tài khoản"

    def ready(self) -> None:
        # Models are loaded only now; the policy, the menu and the cards of the account library hang on them.
        from core import audit, web  # noqa: PLC0415
        from units import navigation, permissions  # noqa: PLC0415

        web.register_policy(permissions.holds)
        anyone, member = web.Card(web.PUBLIC, ("GET", "POST")), web.Card(web.SIGNED_IN, ("GET", "POST"))
        web.EXTERNAL_CARDS.update(
            {
                "account_login": anyone,
                "account_signup": anyone,
                "account_inactive": web.Card(web.PUBLIC),
                "account_reset_password_from_key": anyone,
                "account_reset_password_from_key_done": web.Card(web.PUBLIC),
                "account_logout": member,
                "account_change_password": member,
                "account_reauthenticate": member,
            }
        )
        audit.register_labels(
            {
                "organisation.load": "Nạp dữ liệu tổ chức",
                "unit.open": "Mở đơn vị",
                "post.appoint": "Bổ nhiệm, bố trí vị trí",
                "role.assign": "Phân vai trò",
                "role.end": "Kết thúc vai trò",
                "account.create": "Tạo tài khoản",
                "account.link": "Cấp đường dẫn đặt mật khẩu",
            }
        )
        item = navigation.NavItem
        navigation.register(
            item("", "Việc của tôi", "units:desk", "inbox", web.SIGNED_IN, 10),
            item("Hệ thống", "Đơn vị", "units:unit-tree", "building", "unit.view", 900),
            item("Hệ thống", "Tài khoản và vai trò", "units:account-list", "key", "account.manage", 910),
            item("Hệ thống", "Nhật ký", "units:audit-list", "shield", "audit.view", 920),
        )
