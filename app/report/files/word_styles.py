"""Named styles, fonts, page and settings of a Word report as data and WordprocessingML."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.report.files.model import Level

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
# An element of lxml, which has no types.
OoxmlElement = Any
TEXT_WIDTH = 8844
"""156 mm in twentieths of a point."""
STYLES_PART = "word/styles.xml"
COMMENTS_PART = "word/comments.xml"

LINE = 579
"""The pitch of 22 lines on a page, in twentieths of a point."""
SMALL_TITLE, IMITATION_SONG, BLACK = "方正小标宋简体", "仿宋_GB2312", "黑体"
KAI, SONG = "楷体_GB2312", "宋体"
LATIN = "Times New Roman"
ALTERNATIVES: Mapping[str, str] = {
    SMALL_TITLE: "方正小标宋_GBK,FZXiaoBiaoSong-B05S,华文中宋",
    IMITATION_SONG: "仿宋,FangSong,华文仿宋",
    BLACK: "SimHei",
    KAI: "楷体,KaiTi,华文楷体",
    SONG: "SimSun",
}
"""Other names of a font (altName): WPS and newer systems rename them."""


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style: `size` in half points, `indent` in characters, `outline` from 0.

    `line` is exact and, like `tracking`, in twentieths of a point; tracking of -5 makes room for
    28 characters in 156 mm. With `on_grid` False the lines keep their own height instead of the
    page's 22 lines.
    """

    key: str
    name: str
    font: str
    size: int = 32
    align: Literal["both", "center", "left", "right"] = "both"
    indent: int = 2
    line: int = LINE
    outline: int | None = None
    keep_next: bool = False
    tracking: int = -5
    on_grid: bool = True
    latin: str = LATIN


def _small(key: str, name: str, font: str, *, keep_next: bool = False) -> Style:
    return Style(
        key, name, font, 24, "center", 0, 400, keep_next=keep_next, tracking=0, on_grid=False
    )


TITLE = Style("ZdTitle", "公文标题", SMALL_TITLE, 44, "center", 0, 700, tracking=0, on_grid=False)
BYLINE = Style("ZdByline", "公文署名", KAI, align="center", indent=0)
SALUTATION = Style("ZdSalutation", "公文称谓", IMITATION_SONG, indent=0, keep_next=True)
HEADINGS: Mapping[Level, Style] = {
    1: Style("ZdHeading1", "公文一级标题", BLACK, outline=0, keep_next=True),
    2: Style("ZdHeading2", "公文二级标题", KAI, outline=1, keep_next=True),
    3: Style("ZdHeading3", "公文三级标题", IMITATION_SONG, outline=2, keep_next=True),
    4: Style("ZdHeading4", "公文四级标题", IMITATION_SONG, outline=3, keep_next=True),
}
BODY = Style("ZdBody", "公文正文", IMITATION_SONG)
CAPTION = Style("ZdCaption", "公文表题", BLACK, 28, "center", 0, keep_next=True, tracking=0)
TABLE_HEAD = _small("ZdTableHead", "公文表头", BLACK, keep_next=True)
TABLE_CELL = _small("ZdTableCell", "公文表格", IMITATION_SONG)
ANNEX_LIST = Style("ZdAnnexList", "公文附件说明", IMITATION_SONG, indent=0)
SIGNATURE = Style("ZdSignature", "公文落款", IMITATION_SONG, align="right", indent=0, tracking=0)
ANNEX_MARK = Style("ZdAnnexMark", "公文附件序号", BLACK, align="left", indent=0, keep_next=True)
ANNEX_TITLE = Style(
    *("ZdAnnexTitle", "公文附件标题", SMALL_TITLE, 44, "center", 0, 700, 0, True, 0, False)
)
PAGE_NUMBER = Style(
    *("ZdPageNumber", "公文页码", SONG, 28, "left", 0, 280), tracking=0, on_grid=False, latin=SONG
)

STYLES: tuple[Style, ...] = (
    *(TITLE, BYLINE, SALUTATION, *HEADINGS.values(), BODY, CAPTION, TABLE_HEAD, TABLE_CELL),
    *(ANNEX_LIST, SIGNATURE, ANNEX_MARK, ANNEX_TITLE, PAGE_NUMBER),
)


def style_xml(style: Style, key: str, *, justified: bool = True) -> str:
    """Return a `w:style` without namespace declarations, its children in schema order."""
    align = "left" if style.align == "both" and not justified else style.align
    first_line = style.indent * style.size * 10
    return "".join(
        (
            f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{key}">',
            f'<w:name w:val="{style.name}"/><w:uiPriority w:val="1"/><w:qFormat/><w:pPr>',
            "<w:keepNext/>" if style.keep_next else "",
            '<w:widowControl w:val="0"/>',
            "" if style.on_grid else '<w:snapToGrid w:val="0"/>',
            f'<w:spacing w:before="0" w:after="0" w:line="{style.line}" w:lineRule="exact"/>',
            f'<w:ind w:firstLineChars="{style.indent * 100}" w:firstLine="{first_line}"/>',
            f'<w:jc w:val="{align}"/>',
            "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>',
            f"</w:pPr><w:rPr>{_fonts(style.font, style.latin)}",
            '<w:b w:val="0"/><w:bCs w:val="0"/><w:i w:val="0"/><w:iCs w:val="0"/>',
            '<w:color w:val="000000"/>',
            f'<w:spacing w:val="{style.tracking}"/>' if style.tracking else "",
            f'<w:kern w:val="0"/><w:sz w:val="{style.size}"/><w:szCs w:val="{style.size}"/>',
            "</w:rPr></w:style>",
        )
    )


def _fonts(font: str, latin: str) -> str:
    return (
        f'<w:rFonts w:hint="eastAsia" w:ascii="{latin}" w:eastAsia="{font}"'
        f' w:hAnsi="{latin}" w:cs="{latin}"/>'
    )


BASE_STYLES = (
    f"<w:docDefaults><w:rPrDefault><w:rPr>{_fonts(IMITATION_SONG, LATIN)}"
    '<w:sz w:val="32"/><w:szCs w:val="32"/>'
    '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
    "<w:pPrDefault/></w:docDefaults>"
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
    '<w:qFormat/><w:pPr><w:widowControl w:val="0"/><w:jc w:val="both"/></w:pPr></w:style>'
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
    '<w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr>'
    '<w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
    '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
    '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
)
"""What a stylesheet begins with when there is no style template."""


_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# In the order of their relationship ids: the section below names its footers by these.
_PARTS = {
    "styles": "styles.xml",
    "settings": "settings.xml",
    "fontTable": "fontTable.xml",
    "footer": "footer1.xml",
    "footer-even": "footer2.xml",
    "comments": "comments.xml",
}


def fixed_parts(page_style: str, *, comments: bool) -> Mapping[str, str]:
    """Return every part but the stylesheet; `page_style` is the id of the page number's style."""
    return {
        name: _DECLARATION + content
        for name, content in {
            "[Content_Types].xml": _content_types(comments=comments),
            "_rels/.rels": _relationships(
                ("rId1", f"{_OFFICE}/officeDocument", "word/document.xml"),
                ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
                ("rId3", f"{_OFFICE}/extended-properties", "docProps/app.xml"),
            ),
            "docProps/core.xml": _CORE,
            "docProps/app.xml": _APP,
            "word/_rels/document.xml.rels": _document_relationships(comments=comments),
            "word/document.xml": _DOCUMENT,
            "word/settings.xml": _SETTINGS,
            "word/fontTable.xml": _font_table(),
            "word/footer1.xml": _footer(page_style, "right"),
            "word/footer2.xml": _footer(page_style, "left"),
            **({COMMENTS_PART: f"<w:comments {NAMESPACES}/>"} if comments else {}),
        }.items()
    }


def _linked_parts(*, comments: bool) -> Mapping[str, str]:
    return {key: name for key, name in _PARTS.items() if comments or key != "comments"}


def _content_types(*, comments: bool) -> str:
    overrides = {
        "/word/document.xml": f"{_WORD}.document.main+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": (
            "application/vnd.openxmlformats-officedocument.extended-properties+xml"
        ),
        **{
            f"/word/{name}": f"{_WORD}.{key.removesuffix('-even')}+xml"
            for key, name in _linked_parts(comments=comments).items()
        },
    }
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(
            f'<Override PartName="{name}" ContentType="{content_type}"/>'
            for name, content_type in overrides.items()
        )
        + "</Types>"
    )


def _document_relationships(*, comments: bool) -> str:
    return _relationships(
        *(
            (f"rId{number}", f"{_OFFICE}/{key.removesuffix('-even')}", name)
            for number, (key, name) in enumerate(_linked_parts(comments=comments).items(), start=1)
        )
    )


def _relationships(*rows: tuple[str, str, str]) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>'
            for key, kind, target in rows
        )
        + "</Relationships>"
    )


_CORE = (
    f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>'
)
_APP = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    'extended-properties"><Application>照单履责</Application></Properties>'
)
_DOCUMENT = (
    f"<w:document {NAMESPACES}><w:body><w:sectPr>"
    '<w:footerReference w:type="default" r:id="rId4"/>'
    '<w:footerReference w:type="even" r:id="rId5"/>'
    '<w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588"'
    ' w:header="850" w:footer="1307" w:gutter="0"/>'
    f'<w:cols w:space="425"/><w:docGrid w:type="lines" w:linePitch="{LINE}"/>'
    "</w:sectPr></w:body></w:document>"
)
# doNotExpandShiftReturn: a line that ends in a typed break is not stretched to the full width.
_SETTINGS = (
    f'<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="640"/>'
    "<w:evenAndOddHeaders/>"
    '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat>'
    "<w:balanceSingleByteDoubleByteWidth/><w:doNotExpandShiftReturn/><w:useFELayout/>"
    '<w:compatSetting w:name="compatibilityMode"'
    ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
)


def _font_table() -> str:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{alternatives}"/><w:charset w:val="86"/>'
        '<w:family w:val="auto"/><w:pitch w:val="default"/></w:font>'
        for name, alternatives in ALTERNATIVES.items()
    )
    return f"<w:fonts {NAMESPACES}>{fonts}</w:fonts>"


def _footer(style: str, side: str) -> str:
    """Return — 1 — one character from the outer edge; WPS wants the field in five runs."""
    hint = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
    dash = f'<w:r>{hint}<w:t xml:space="preserve">{{}}</w:t></w:r>'
    field = "".join(
        f"<w:r>{hint}{content}</w:r>"
        for content in (
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    return (
        f'<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="{style}"/>'
        f'<w:ind w:{side}Chars="100" w:{side}="280"/><w:jc w:val="{side}"/></w:pPr>'
        f"{dash.format('— ')}{field}{dash.format(' —')}</w:p></w:ftr>"
    )
