"""Why a document cannot be read: each sentence says what is wrong, where, and how to mend it."""

from core.errors import RuleBroken

LIMIT_BYTES = 20 * 1024 * 1024

EMPTY = "Tệp {name} rỗng. Hãy chọn lại tệp có nội dung."
NO_WORDS = "Tệp {name} không có chữ nào đọc được. Hãy kiểm tra lại tệp, hoặc dán nội dung văn bản vào ô nhập."
TOO_LARGE = (
    "Tệp {name} nặng {size} MB, vượt mức 20 MB. Hãy giảm dung lượng ảnh trong tệp, hoặc chỉ dán phần chữ "
    "của văn bản."
)
NOT_FOUND = "Không mở được tệp {name}. Hãy kiểm tra đường dẫn và quyền đọc tệp."
OTHER_KIND = (
    "Không đọc được tệp {name}: chỉ nhận .docx, .pdf có chữ, .html và .txt. "
    "Hãy mở tệp bằng phần mềm gốc rồi lưu sang một trong các định dạng này."
)
OTHER_CONTENT = (
    "Nội dung của tệp {name} là {found}, không phải {named} như tên tệp. "
    "Hãy mở tệp gốc và lưu lại đúng định dạng."
)
OLD_WORD = (
    "Tệp {name} ở định dạng Word cũ (.doc). Hãy mở tệp, chọn «Lưu thành» (Save As) dạng .docx rồi thử lại."
)
PASSWORD = "Tệp {name} có mật khẩu nên không đọc được. Hãy mở tệp, bỏ mật khẩu, lưu lại rồi thử lại."  # noqa: S105
MACRO = (
    "Tệp {name} có chứa macro nên không được nhận. "
    "Hãy mở tệp, chọn «Lưu thành» (Save As) dạng .docx không có macro."
)
BROKEN = "Tệp {name} bị hỏng hoặc tải về chưa đủ. Hãy mở tệp gốc, lưu lại rồi thử lần nữa."
BOMB = (
    "Tệp {name} có cấu trúc nén bất thường (giải nén ra quá lớn) nên không được mở. "
    "Hãy mở tệp bằng Word, lưu lại rồi thử lần nữa."
)
SCANNED = (
    "Tệp {name} là bản quét (ảnh chụp), trong {pages} trang không có lớp chữ. "
    "Hãy dùng bản Word hoặc PDF xuất từ Word, hoặc nhận dạng chữ (OCR) rồi thử lại."
)
TOO_COMPLEX = (
    "Tệp {name} quá phức tạp nên không đọc được. Hãy chia nhỏ tệp, hoặc dán phần chữ của văn bản vào ô nhập."
)


class Unreadable(RuleBroken):
    """The document cannot be read; the message is the sentence for the person who chose it."""

    def __init__(self, sentence: str, **facts: object) -> None:
        super().__init__(sentence.format(**facts))
