"""The parts of an empty report: page, page numbers, settings, fonts; nothing of the machine.

One section of A4, 37 and 35 mm above and below, 28 and 26 mm at the sides; a grid of 22 lines;
page numbers outside, right on odd pages and left on even ones (GB/T 9704-2012 §5, §7.5).
"""

from collections.abc import Mapping
from typing import Any

from app.report.documents.word.styles import ALTERNATIVES, LINE

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
# An element of lxml, which has no types.
Element = Any
TEXT_WIDTH = 8844
STYLES_PART = "word/styles.xml"
COMMENTS_PART = "word/comments.xml"

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
    """Every part but the stylesheet; `page_style` is the id of the page number's style."""
    return {
        name: _DECLARATION + content
        for name, content in {
            "[Content_Types].xml": _content_types(comments=comments),
            "_rels/.rels": _relationships(
                ("rId1", f"{_OFFICE}/officeDocument", "word/document.xml"),
                (
                    "rId2",
                    f"{_PACKAGE}/relationships/metadata/core-properties",
                    "docProps/core.xml",
                ),
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


def _wanted(*, comments: bool) -> dict[str, str]:
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
            for key, name in _wanted(comments=comments).items()
        },
    }
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(
            f'<Override PartName="{name}" ContentType="{kind}"/>'
            for name, kind in overrides.items()
        )
        + "</Types>"
    )


def _document_relationships(*, comments: bool) -> str:
    return _relationships(
        *(
            (f"rId{number}", f"{_OFFICE}/{key.removesuffix('-even')}", name)
            for number, (key, name) in enumerate(_wanted(comments=comments).items(), start=1)
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
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
        '<w:family w:val="auto"/><w:pitch w:val="default"/></w:font>'
        for name, others in ALTERNATIVES.items()
    )
    return f"<w:fonts {NAMESPACES}>{fonts}</w:fonts>"


def _footer(style: str, side: str) -> str:
    """— 1 —, one character from the outer edge; the field is five runs, as WPS wants it."""
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
