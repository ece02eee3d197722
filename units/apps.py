"""The units app: organisation, people, accounts, roles; installs the one permission policy."""

from django.apps import AppConfig
from django.core import checks


class UnitsConfig(AppConfig):
    name = "units"
    verbose_name = "Đơn vị và tài khoản"

    def ready(self) -> None:
        # Models are loaded only now; the policy, the menu and the cards of the account library hang on them.
        from core import audit, clock, files, notices, web  # noqa: PLC0415
        from core import invariants as invariants_registry  # noqa: PLC0415
        from units import (  # noqa: PLC0415
            desk,
            desk_changes,
            desk_roles,
            invariants,
            navigation,
            permissions,
            queries,
            reminders,
        )
        from units.checks import check_accounts  # noqa: PLC0415

        checks.register(check_accounts)
        web.register_policy(permissions.holds)
        files.register_watchers(lambda unit_id: queries.head_ids_of(unit_id, clock.today()))
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
                "account_reset_password": anyone,
                "account_reset_password_done": web.Card(web.PUBLIC),
                "mfa_authenticate": anyone,
                "mfa_login_webauthn": anyone,
                "mfa_index": web.Card(web.SIGNED_IN),
                "mfa_list_webauthn": web.Card(web.SIGNED_IN),
                "mfa_view_recovery_codes": web.Card(web.SIGNED_IN),
                "openid_connect_login": web.Card(web.PUBLIC),
                "openid_connect_callback": web.Card(web.PUBLIC),
                **dict.fromkeys(
                    (
                        *("mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp"),
                        *("mfa_generate_recovery_codes", "mfa_add_webauthn", "mfa_edit_webauthn"),
                        *("mfa_remove_webauthn", "mfa_reauthenticate_webauthn"),
                    ),
                    member,
                ),
            }
        )
        audit.register_labels(
            {
                "organisation.load": "Nạp dữ liệu tổ chức",
                "unit.open": "Mở đơn vị",
                "organisation.plan": "Ghi quyết định về tổ chức",
                "organisation.cancel": "Hủy quyết định về tổ chức",
                "organisation.change": "Thực hiện thay đổi tổ chức",
                "role.carry": "Chuyển vai trò sang đơn vị kế thừa",
                "person.create": "Tạo hồ sơ cá nhân",
                "person.update": "Cập nhật hồ sơ cá nhân",
                "post.appoint": "Bổ nhiệm, bố trí vị trí",
                "post.end": "Ghi thôi giữ chức vụ",
                "post.correct": "Đính chính chức vụ",
                "post.transfer": "Chuyển vị trí công tác",
                "post.remove": "Bỏ chức vụ ghi nhầm",
                "year_record.save": "Ghi xếp loại năm của cá nhân",
                "discipline.add": "Ghi kỷ luật",
                "discipline.end": "Ghi kỷ luật hết hiệu lực",
                "discipline.revoke": "Hủy dòng kỷ luật",
                "hold.open": "Ghi lý do tạm dừng xét khen thưởng",
                "hold.close": "Kết thúc lý do tạm dừng xét khen thưởng",
                "training.save": "Ghi đào tạo, bồi dưỡng",
                "training.remove": "Bỏ dòng đào tạo ghi nhầm",
                "secondment.save": "Ghi biệt phái",
                "secondment.remove": "Bỏ dòng biệt phái ghi nhầm",
                "role.assign": "Phân vai trò",
                "role.end": "Kết thúc vai trò",
                "role.confirm": "Xác nhận phân vai trò",
                "role.reject": "Từ chối phân vai trò",
                "role.withdraw": "Thu hồi vai trò phân nhầm",
                "role.substitute": "Cử người thay",
                "handover.prepare": "Lập gói bàn giao",
                "handover.save": "Sửa gói bàn giao",
                "handover.offer": "Gửi bàn giao",
                "handover.withdraw": "Thu hồi bàn giao",
                "handover.cancel": "Hủy bàn giao",
                "handover.decline": "Từ chối nhận bàn giao",
                "handover.confirm": "Nhận bàn giao",
                "account.create": "Tạo tài khoản",
                "account.link": "Cấp đường dẫn đặt mật khẩu",
                "account.invite": "Gửi thư mời đặt mật khẩu",
                "account.revoke": "Thu hồi lời mời",
                "account.suspend": "Tạm khóa tài khoản",
                "account.restore": "Mở lại tài khoản",
                "account.remove_factors": "Gỡ xác thực hai lớp",
                "account.identity": "Liên kết tài khoản định danh",
                "session.end": "Kết thúc phiên đăng nhập",
                "account.password": "Đổi mật khẩu",
                "account.factor_added": "Thêm cách xác thực hai lớp",
                "account.factor_removed": "Bỏ cách xác thực hai lớp",
                "account.factor_renewed": "Tạo lại mã dự phòng",
            }
        )
        notices.register_kinds(
            {
                "account": "An toàn của tài khoản",
                "role.assign": "Được phân, chờ xác nhận vai trò",
                "role.substitute": "Cử người thay",
                "trail.alarm": "Cảnh báo về nhật ký hệ thống",
            },
            group="Tài khoản và bảo mật",
            security=True,
        )
        notices.register_kinds(
            {
                "organisation.change": "Thay đổi tổ chức liên quan đến đơn vị của đồng chí",
                "organisation.refused": "Thay đổi tổ chức chưa thực hiện được",
                "handover.step": "Bước của bàn giao",
                "handover.confirm": "Bàn giao hoàn tất",
                "person.arrived": "Cá nhân chuyển đến đơn vị",
            },
            group="Tổ chức, bàn giao",
        )
        notices.register_names(reminders.names_of)
        notices.register_digest(reminders.work_of)
        audit.register_labels({"mail.resend": "Gửi lại thư điện tử"})
        invariants_registry.register("grants", invariants.grants)
        invariants_registry.register("paths", invariants.paths)
        invariants_registry.register_trial("sign_in", invariants.sign_in)
        for source in desk_roles.SOURCES + desk_changes.SOURCES:
            desk.register(source)
        for source in desk_roles.PERSONAL_SOURCES:
            desk.register_personal(source)
        from core.sheets import kinds as sheet_kinds  # noqa: PLC0415
        from units.importing import setup as importing_setup  # noqa: PLC0415

        importing_setup.install(sheet_kinds)
        from units import access_signals  # noqa: F401, PLC0415

        item = navigation.NavItem
        navigation.register(
            item("", "Việc của tôi", "units:desk", "inbox", web.SIGNED_IN, 10),
            item("Tra cứu, báo cáo", "Cá nhân", "units:person-list", "users", "unit.view", 440),
            item("Hệ thống", "Nhập từ bảng tính", "core:sheet-list", "upload", "person.edit", 902),
            item("Hệ thống", "Nhập từ bảng tính", "core:sheet-list", "upload", "organisation.edit", 902),
            item("Hệ thống", "Đơn vị", "units:unit-tree", "building", "unit.view", 900),
            item("Hệ thống", "Thay đổi tổ chức", "units:change-list", "flag", "organisation.edit", 905),
            item("Hệ thống", "Tài khoản và vai trò", "units:account-list", "key", "account.manage", 910),
            item("Hệ thống", "Chờ xác nhận", "units:role-pending", "check", "role.confirm", 912),
            item("Hệ thống", "Bàn giao", "units:handover-list", "users", web.SIGNED_IN, 914),
            item("Hệ thống", "Nhật ký", "units:audit-list", "shield", "audit.view", 920),
            item("Hệ thống", "Tình trạng hệ thống", "units:system", "chart", "system.watch", 990),
        )
