r"""Signs of mathematics in LaTeX and in plain ASCII.

Letters of all styles, Greek, accents, indices and exponents follow from Unicode's names and
decompositions; the tables have the rest of what theorems are written with. Any other sign is replaced by
its name in brackets, so that nothing stops pdflatex or becomes a question mark.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Sign, in LaTeX's math mode, in ASCII (default: the name of the macro); two spaces between entries.
TABLE = r"""
× \times x  · \cdot *  ⋅ \cdot *  ∗ \ast *  ∘ \circ o  ÷ \div /  ± \pm +-  ∓ \mp -+  − - -
≤ \le <=  ≥ \ge >=  ⩽ \leqslant <=  ⩾ \geqslant >=  ≪ \ll <<  ≫ \gg >>  ≲ \lesssim <~
≳ \gtrsim >~  ≈ \approx ~=  ≡ \equiv ==  ≅ \cong ~=  ≃ \simeq ~=  ∼ \sim ~  ∝ \propto
≐ \doteq ==  ≜ \triangleq :=  ≔ := :=  ≺ \prec  ≻ \succ  ⪯ \preceq  ⪰ \succeq  ⊙ \odot
⊖ \ominus (-)  ⊗ \otimes (x)  ⊕ \oplus (+)  ⊎ \uplus  ∪ \cup  ∩ \cap  ∖ \setminus  ⊔ \sqcup
⊓ \sqcap  ⊂ \subset  ⊆ \subseteq  ⊃ \supset  ⊇ \supseteq  ⊊ \subsetneq  ⊋ \supsetneq
∅ \varnothing {}  ⌀ \varnothing {}  ∈ \in  ∋ \ni  ∀ \forall  ∃ \exists  ¬ \neg not  ∧ \wedge and
∨ \vee or  ⊻ \veebar xor  ⊤ \top  ⊥ \bot  ⊢ \vdash |-  ⊨ \models |=  ∴ \therefore  ∵ \because
∎ \blacksquare QED  □ \square []  ■ \blacksquare []  ◻ \square []  ◼ \blacksquare []  ∞ \infty
∂ \partial d  ∇ \nabla  ∑ \sum  ∏ \prod  ∐ \coprod  ∫ \int  ∮ \oint  √ \surd sqrt  ∠ \angle
∥ \parallel ||  ‖ \Vert ||  ∣ \mid |  ⋀ \bigwedge  ⋁ \bigvee  ⋂ \bigcap  ⋃ \bigcup  ⨁ \bigoplus
⨂ \bigotimes  ⟨ \langle <  ⟩ \rangle >  ⌊ \lfloor floor(  ⌋ \rfloor )  ⌈ \lceil ceil(
⌉ \rceil )  △ \triangle  ⋆ \star *  → \to ->  ← \leftarrow <-  ↔ \leftrightarrow <->
⇒ \Rightarrow =>  ⇐ \Leftarrow <==  ⇔ \Leftrightarrow <=>  ↦ \mapsto |->  ↪ \hookrightarrow ->
↠ \twoheadrightarrow ->>  ⟶ \longrightarrow -->  ⟹ \Longrightarrow ==>
⟺ \Longleftrightarrow <==>  ⟼ \longmapsto |-->  ↑ \uparrow  ↓ \downarrow  ↗ \nearrow  ↘ \searrow
⋮ \vdots ...  ⋱ \ddots ...  ⋯ \cdots ...  ′ {}' '  ✓ \checkmark [ok]  ✗ \times [FAILED]  ℘ \wp
ℏ \hbar  ε \varepsilon epsilon  φ \varphi phi  ς \varsigma sigma  ϵ \epsilon  ϑ \vartheta theta
ϕ \phi  ϖ \varpi pi  ϱ \varrho rho  ℓ \ell l  ℵ \aleph  〈 \langle <  〉 \rangle >  † \dagger +
‡ \ddagger ++  ı \imath i  ȷ \jmath j  ° {}^\circ deg  ⁄ / /
"""
# Sign, in LaTeX's text mode, in ASCII.
TEXT = r"""
\ \textbackslash{} \  { \{ {  } \} }  $ \$ $  & \& &  # \# #  % \% %  _ \_ _  ^ \^{} ^
~ \textasciitilde{} ~  < \ensuremath{<} <  > \ensuremath{>} >  | \ensuremath{|} |  – -- -
— --- -  … \dots{} ...  “ `` "  ” '' "  „ ,, "  ‘ ` '  ’ ' '  § \S{} section  ¶ \P{} par.
© \copyright{} (c)  ß \ss{} ss  ø \o{} o  Ø \O{} O  æ \ae{} ae  Æ \AE{} AE  œ \oe{} oe
Œ \OE{} OE  ł \l{} l  Ł \L{} L  đ \dj{} d  Đ \DJ{} D  þ \th{} th  Þ \TH{} Th
"""
ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u", "\u0307": ".",
    "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0323": "d", "\u0327": "c", "\u0328": "k",
}  # fmt: skip
NOT = "\u0338"
ALPHABETS = {
    "DOUBLE-STRUCK CAPITAL": "mathbb", "SCRIPT CAPITAL": "mathcal", "FRAKTUR": "mathfrak",
    "BLACK-LETTER": "mathfrak", "BOLD": "mathbf",
}  # fmt: skip
GREEK = re.compile(r"GREEK (SMALL|CAPITAL) LETTER ([A-Z]+)")
LIKE_LATIN = {
    "Alpha": "A", "Beta": "B", "Epsilon": "E", "Zeta": "Z", "Eta": "H", "Iota": "I", "Kappa": "K",
    "Mu": "M", "Nu": "N", "Omicron": "O", "Rho": "P", "Tau": "T", "Chi": "X", "omicron": "o",
}  # fmt: skip
ENTRY = re.compile(r"(\S) (\S+)(?: (\S+))?(?=  |\n)")


def _read(table: str) -> dict[str, tuple[str, str]]:
    entries = ENTRY.findall(table)
    return {sign: (latex, plain or latex.lstrip("\\")) for sign, latex, plain in entries}


_MATH, _TEXT = _read(TABLE), _read(TEXT)


def to_latex(text: str) -> str:
    """The text in LaTeX's text mode, ASCII only; needs amssymb."""
    return "".join(_latex(base, marks) for base, marks in _clusters(text))


def in_math(sign: str) -> str:
    """A sign in LaTeX's math mode; ASCII as it is."""
    done = sign if sign.isascii() else to_latex(sign)
    wrapped = re.fullmatch(r"\\ensuremath\{(.*)\}", done)
    return done if wrapped is None else wrapped[1]


def source_to_latex(source: str) -> str:
    """LaTeX of the user's, in text or math mode, whose signs outside ASCII are replaced."""
    return re.sub(r"[^\x00-\x7f]+", lambda found: to_latex(found[0]), source)


def to_verbatim(text: str) -> str:
    """The text for LaTeX's verbatim environment, lines as they are."""
    plain = re.sub(r"[\x00-\x09\x0b-\x1f\x7f]", lambda found: _name(found[0]), to_ascii(text))
    return plain.replace(r"\end{verbatim}", r"\end {verbatim}")


def to_ascii(text: str) -> str:
    """The text in plain ASCII; words that stand for signs are kept apart from their neighbours."""
    done, before = "", ""
    for base, marks in _clusters(text):
        tag = unicodedata.decomposition(base).partition(" ")[0]
        piece = _ascii(base, marks)
        if tag == before and tag in ("<super>", "<sub>"):
            piece = piece[1:]
        word = piece != base and len(piece) > 1 and piece.replace(" ", "").isalpha()
        if (word or before == "word") and done[-1:].isalnum() and piece[:1].isalnum():
            done += " "
        done += piece
        before = "word" if word else tag
    return done


def _clusters(text: str) -> Iterator[tuple[str, str]]:
    """Each sign with the accents over and under it."""
    return iter(re.findall("(.)([\u0300-\u036f]*)", unicodedata.normalize("NFD", text), re.DOTALL))


@lru_cache(maxsize=4096)
def _latex(base: str, marks: str) -> str:
    done = _latex_sign(base)
    for mark in marks:
        if mark == NOT:
            done = rf"\ensuremath{{\not {done}}}"
        else:
            done = rf"\{ACCENTS[mark]}{{{done}}}" if mark in ACCENTS else done + _name(mark)
    return done


def _latex_sign(sign: str) -> str:
    if sign in _TEXT:
        return _TEXT[sign][0]
    if sign in _MATH:
        return rf"\ensuremath{{{_MATH[sign][0]}}}"
    if sign.isspace():
        return " "
    if sign.isascii() and sign.isprintable():
        return sign
    greek = _greek(sign)
    if greek:
        return rf"\ensuremath{{{LIKE_LATIN.get(greek, chr(92) + greek)}}}"
    return _composed(sign) or _name(sign)


def _composed(sign: str) -> str:
    """A sign in LaTeX by Unicode's decomposition; empty if it has none."""
    parts, name = unicodedata.normalize("NFKD", sign), unicodedata.name(sign, "")
    if parts == sign:
        return ""
    inner = to_latex(parts)
    tag = unicodedata.decomposition(sign).partition(" ")[0]
    if tag in ("<super>", "<sub>"):
        return rf"\ensuremath{{{{}}{'^' if tag == '<super>' else '_'}{{{inner}}}}}"
    if tag != "<font>":
        return inner
    if parts.isascii() and parts.isalpha():
        for style, alphabet in ALPHABETS.items():
            if style in name and (alphabet == "mathfrak" or "FRAKTUR" not in name):
                return rf"\ensuremath{{\{alphabet}{{{inner}}}}}"
    return rf"\ensuremath{{{inner}}}"


@lru_cache(maxsize=4096)
def _ascii(base: str, marks: str) -> str:
    plain = _ascii_sign(base)
    if NOT not in marks:
        return plain
    return f"not {plain}" if plain.isalpha() else f"!{plain}"


def _ascii_sign(sign: str) -> str:
    if sign in _TEXT or sign in _MATH:
        return (_TEXT.get(sign) or _MATH[sign])[1]
    if sign.isascii():
        return sign
    parts = unicodedata.normalize("NFKD", sign)
    if parts == sign:
        return _greek(sign) or (" " if sign.isspace() else _name(sign))
    tag = unicodedata.decomposition(sign).partition(" ")[0]
    return {"<super>": "^", "<sub>": "_"}.get(tag, "") + to_ascii(parts)


def _greek(sign: str) -> str:
    """The English name of a Greek letter, such as lambda and Sigma; empty for any other sign."""
    found = GREEK.fullmatch(unicodedata.name(sign, ""))
    if found is None:
        return ""
    name = found[2].lower().replace("lamda", "lambda")
    return name if found[1] == "SMALL" else name.capitalize()


def _name(sign: str) -> str:
    """What takes the place of a sign that has no other."""
    return f"[{unicodedata.name(sign, f'U+{ord(sign):04X}').lower()}]"
