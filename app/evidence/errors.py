"""Why a file is refused: one stable code and one Chinese sentence for each reason."""

from app.core.errors import AppError, FieldError
from app.core.labels import LabelledEnum


class Refusal(LabelledEnum):
    """Codes of refused evidence, which programs read; the labels are what people read."""

    FILENAME_MISSING = "filename_missing", "文件名为空，请为文件命名后再上传。"
    FILENAME_TOO_LONG = "filename_too_long", "文件名过长，请改短到 500 个字以内再上传。"
    FILENAME_CHARACTERS = (
        "filename_characters",
        "文件名含有换行、不可见的控制字符或改变文字方向的字符，请重新命名后再上传。",
    )
    FILE_EMPTY = "file_empty", "文件内容为空（0 字节），请确认选择了正确的文件后再上传。"
    FILE_DAMAGED = "file_damaged", "文件不完整或已损坏，请在本机打开确认无误，另存一份后再上传。"
    TYPE_NOT_ALLOWED = (
        "type_not_allowed",
        (
            "不接受这种类型的文件。可以上传：PDF、OFD、图片（jpg、png、webp、heic）、"
            "Word、Excel、PowerPoint 和 WPS 文档、文本（txt、csv、md）、"
            "录音录像（mp3、m4a、mp4）以及 zip 压缩包。请转换格式后再上传。"
        ),
    )
    TYPE_MISMATCH = (
        "type_mismatch",
        "文件内容与扩展名不符，请用原来的软件打开，另存为所需格式后再上传，不要直接修改扩展名。",
    )
    DECLARED_TYPE_MISMATCH = (
        "declared_type_mismatch",
        "上传时声明的类型与扩展名不符，请不要修改扩展名，重新选择原文件上传。",
    )
    FOREIGN_PAYLOAD = (
        "foreign_payload",
        "文件中夹带了其他内容（如压缩包、网页或脚本），请用原来的软件打开，另存一份后再上传。",
    )
    TEXT_ENCODING = (
        "text_encoding",
        "文本的编码无法识别，请另存为 UTF-8 或 GB18030 编码的文本后再上传。",
    )
    ENCRYPTED = "encrypted", "文件设有密码，无法检查内容，请取消密码后再上传。"
    MACROS = "macros", "文件含有宏，请另存为不含宏的 docx、xlsx、pptx 或 PDF 后再上传。"
    EMBEDDED_OBJECT = (
        "embedded_object",
        "文件内嵌了其他程序的对象，请另存为 PDF，或取出内嵌文件单独上传。",
    )
    EXTERNAL_CONTENT = "external_content", "文件打开时会从外部地址加载内容，请另存为 PDF 后再上传。"
    XML_ENTITIES = (
        "xml_entities",
        "文件内部含有不允许的实体定义，请用 Word 或 WPS 打开，另存一份后再上传。",
    )
    ARCHIVE_ENTRIES = "archive_entries", "压缩包内文件过多，请分成几个压缩包后再上传。"
    ARCHIVE_SIZE = "archive_size", "解压后的内容过大，请分成几个文件后再上传。"
    ARCHIVE_RATIO = "archive_ratio", "压缩比异常，无法安全解压，请重新打包或另存一份后再上传。"
    ARCHIVE_NESTING = (
        "archive_nesting",
        "压缩包层层嵌套，请解开内层压缩包，重新打包成一层后再上传。",
    )
    ARCHIVE_PATH = "archive_path", "压缩包内有不安全或重复的文件路径，请重新打包后再上传。"
    ARCHIVE_LINK = "archive_link", "压缩包内有链接或特殊文件，请换成实际文件，重新打包后再上传。"
    ARCHIVE_METHOD = (
        "archive_method",
        "压缩包采用了不支持的压缩方式，请用系统自带的 zip 压缩后再上传。",
    )


class EvidenceRefused(AppError):
    """A file that is not accepted as evidence.

    ``reason`` is the stable code, also in the entry of ``errors``; ``member`` is the path inside an
    archive when the reason lies there, else None.
    """

    status = 422
    code = "evidence_refused"
    title = "佐证材料不合要求"

    def __init__(self, reason: Refusal, member: str | None = None) -> None:
        subject = f"压缩包内的“{member}”：" if member else "佐证材料："
        detail = subject + reason.label
        super().__init__(detail, flaws=[FieldError(reason.value, detail, pointer="#/file")])
        self.reason = reason
        self.member = member


class EvidenceTooLarge(AppError):
    """More bytes came than one file may have; ``limit`` is in bytes."""

    status = 413
    code = "evidence_too_large"
    title = "佐证材料过大"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"佐证材料：文件超过 {limit / 1_000_000:g} MB 的上限，请压缩或拆分后再上传。"
        )
        self.limit = limit


class EvidenceDeleted(AppError):
    """The evidence was removed: its tombstone is read, nothing else is served or changed."""

    status = 410
    code = "evidence_deleted"
    title = "佐证材料已删除"


class FormExpected(AppError):
    """A file comes in a form with a boundary, nothing else."""

    status = 415
    code = "unsupported_media_type"
    title = "不支持这种内容类型"
