r"""Formulas in plain sentences, read and set in LaTeX's math mode.

A formula is the longest run of operands that operators join, as in `T_R = 3 > 2`. An operand is a number, a
name, a function, a bracket of formulas, or several of these side by side, with indices and exponents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from unicodedata import normalize

from .signs import in_math

LETTERS = "A-Za-zα-ωΑ-Ωϵϑϕϱϖℝℕℤℚℂℙ𝔽𝔼ℓ"
BRACKETS = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉", "⟨": "⟩"}
DEEPEST = 20
"""Brackets in brackets that are read as a formula; deeper ones are prose."""

FUNCTIONS = {name: rf"\{name}" for name in ("min", "max", "det", "log", "deg", "gcd", "dim", "exp")} | {
    name: rf"\operatorname{{{name}}}" for name in ("rank", "diag", "iff", "lcm")
} | {"GF": r"\mathrm{GF}"}  # fmt: skip
APPLIED = {"det", "log", "exp"}
"""Functions that take what stands beside them without brackets."""

TYPED = {
    "==": "=", "!=": r"\ne", "<=": r"\le", ">=": r"\ge", "->": r"\to", ":=": "{:}{=}", "*": r"\cdot",
    "..": r"\mathinner{..}", "%": r"\bmod", "-": "-", "x": r"\times", "…": r"\dots",
}  # fmt: skip
RELATIONS = "=<>≤≥⩽⩾≪≫≠≈≡≅≃∼∝≺≻≔∈∉∋⊂⊆⊃⊇⊊→⇒⇔↦"
OPERATOR = re.compile(
    rf"==|!=|<=|>=|->|:=|//|\.\.(?!\.)|[{RELATIONS}+*/%−×·⋅∘±∩∪∖⊗⊕⊙∧∨…-]|x(?= (?:\d|[{LETTERS}]\b))"
)
BETWEEN = {"//", "..", "*", "/", "%", "-", "->", "x", "…", "∧", "∨"}
"""Operators that need an operand on both sides to be one; the others may open a run."""

TRAILING = re.compile(rf" ([{RELATIONS}])(?= )")
SPACE = re.compile(r" *")
NUMBER = re.compile(r"\d+(?!\.?\d)")
DECIMAL = re.compile(r"\d+(?:\.\d+)+")
SIZE = r"(?:\d+|[A-Z])(?:[x×](?:\d+|[A-Z]))?"
SIZES = re.compile(r"(?:\d+|[A-Z])x(?:\d+|[A-Z])\b")
LAYERS = re.compile(rf"{SIZE}/{SIZE}:(?:\d+|[A-Z])\b(?:, ?{SIZE}/{SIZE}:(?:\d+|[A-Z])\b)*")
WORD = re.compile(rf"[{LETTERS}]+")
INDEXED = re.compile(r"([A-Za-z])(\d+)\b(?! \d+\.\d)")
SMALL_WORDS = {
    "am", "an", "as", "at", "be", "by", "do", "go", "he", "if", "in", "is",
    "it", "me", "my", "no", "of", "on", "or", "so", "to", "up", "us", "we",
}  # fmt: skip
RINGS = {"Q": "Q", "Z": "Z", "ZZ": "Z", "R": "R"}
SUPERSCRIPTS = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿⁱᵀ]+")
SUBSCRIPTS = re.compile("[₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₙ]+")
SCRIPT = re.compile(rf"[−-]?\d+|[{LETTERS}][{LETTERS}\d]*")
PRIMES = re.compile("(?:'+|′+)(?!['\\w])")
PHRASE = re.compile(r" ?([a-z]+(?:[ -][a-z]+){0,2})(?= × )")

Read = tuple[str, int]
"""A formula in LaTeX, and where it ends."""


def _joined(parts: list[str]) -> str:
    """Pieces of a formula side by side; a macro is kept apart from letters."""
    done = ""
    for part in parts:
        macro = re.search(r"\\[A-Za-z]+$", done) and part[:1].isalpha()
        done += f" {part}" if macro else part
    return done


def _digits(number: str) -> str:
    """A number; a long one may be broken."""
    if len(number) <= 30:
        return number
    return r"\allowbreak ".join(number[at : at + 10] for at in range(0, len(number), 10))


def _layers(text: str) -> str:
    """A list of layers, window/stride:channels, that breaks behind its commas."""
    listed = (re.sub(r"[x×]", r"{\\times}", layer.strip()) for layer in text.split(","))
    return r",\,\allowbreak ".join(layer.replace(":", "{:}") for layer in listed)


@dataclass
class Reader:
    """Reads formulas of one text; every method gives None where there is none.

    `inside` is the bracket that a run stands in, if any: within [ ] words may be the sides of a relation.
    """

    text: str
    groups: dict[int, Read | None] = field(default_factory=dict)
    depth: int = 0

    def run(self, at: int, inside: str = "") -> Read | None:
        """Operands with operators between them, and perhaps one before them."""
        if not inside and at and self._within_word(at):
            return None
        parts, end = [], at
        opening = self._operator(at)
        if opening is not None and self.text[at : opening[1]] not in BETWEEN:
            sign, end = opening
            spaced = self.text[end : end + 1] == " "
            parts = [sign, "" if not spaced else r"\:" if sign in ("+", "-") else " "]
            end = self._space(end)
        term = self._term(end, inside, bool(parts))
        if term is None:
            return None
        parts.append(term[0])
        return self._rest(parts, term[1], inside)

    def _rest(self, parts: list[str], end: int, inside: str) -> Read:
        """What follows the first operand of a run."""
        before = ""
        while True:
            found = self._continued(end, inside)
            if found is None:
                break
            sign, source, term, end = found
            if source == "//" and before not in ("*", "/", "//", "%", "·"):
                parts[-1] = rf"\quotient{{{parts[-1]}}}{{{term}}}"
            else:
                parts += [f" {sign} " if source != "/" else "/", term]
            before = source
        trailing = TRAILING.match(self.text, end)
        if trailing and not inside:
            parts.append(f" {self._sign(trailing[1])}")
            end = trailing.end()
        return _joined(parts), end

    def _continued(self, at: int, inside: str) -> tuple[str, str, str, int] | None:
        """An operator with the operand behind it."""
        start = self._space(at)
        found = self._operator(start)
        if found is None or not self._fits(at, start, found[1]):
            return None
        sign, end = found
        source = self.text[start:end]
        term = self._term(self._space(end), inside, True)
        return None if term is None else (sign, source, *term)

    def _fits(self, at: int, start: int, end: int) -> bool:
        """Whether a hyphen is a minus, and an x a times sign: by the spaces around them."""
        source, spaced = self.text[start:end], start > at and self.text[end : end + 1] == " "
        if source == "x":
            return (
                spaced
                and re.search(rf"(?:\d|(?<![{LETTERS}])[{LETTERS}])$", self.text[:at]) is not None
            )
        if source != "-" or spaced:
            return True
        return re.search(r"(?<!\w)[A-Z]-\d$", self.text[: end + 1]) is not None

    def _term(self, at: int, inside: str, after: bool) -> Read | None:
        """Operands side by side, such as 2B, det(I), 2 Σ y_c and 8 pair factors (before a ×)."""
        phrase = PHRASE.match(self.text, at) if after else None
        if phrase:
            return rf"\text{{{phrase[1]}}}", phrase.end()
        minus = after and re.compile("[−-](?! )").match(self.text, at) is not None
        found = self._operand(at + minus, inside, after)
        if found is None:
            return None
        parts, end = ["-" * minus, found[0]], found[1]
        while True:
            following = self._beside(at, end, inside)
            if following is None:
                return _joined(parts), end
            at, parts, end = end, [*parts, following[0]], following[1]

    def _beside(self, at: int, end: int, inside: str) -> Read | None:
        """What multiplies, or is an argument of, the operand from `at` to `end`."""
        phrase = PHRASE.match(self.text, end) if self.text[at:end].isdigit() else None
        if phrase and self.text[end] == " ":
            return rf"\ \text{{{phrase[1]}}}", phrase.end()
        if self.text[end : end + 1] in ("|", "…"):
            return None
        if self.text[end : end + 1] != " ":
            return self._operand(end, inside, False)
        name = self.text[at:end].lstrip().partition("_")[0]
        applied = name in APPLIED or name in ("Σ", "∑", "∏")
        if applied or self.text[end + 1 : end + 2] in ("Σ", "∑", "∏"):
            found = self._operand(end + 1, inside, False)
            return None if found is None else (rf"\,{found[0]}", found[1])
        return None

    def _operand(self, at: int, inside: str, after: bool) -> Read | None:
        """An atom with its primes, indices and exponents."""
        found = self._atom(at, inside, after)
        if found is None:
            return None
        base, end = found
        taken = {"_"} if INDEXED.match(self.text, at) else set()
        while True:
            script = self._script(at, end)
            if script is None:
                return base, end
            kind, argument, end = script
            if kind in taken:
                base, taken = f"{{{base}}}", set()
            base = base + argument if argument.startswith("'") else f"{base}{kind}{{{argument}}}"
            taken.add(kind)

    def _script(self, at: int, end: int) -> tuple[str, str, int] | None:
        """An index ("_") or an exponent ("^"), its LaTeX, and its end."""
        for kind, signs in (("^", SUPERSCRIPTS), ("_", SUBSCRIPTS)):
            found = signs.match(self.text, end)
            if found:
                return kind, normalize("NFKC", found[0]).replace("−", "-"), found.end()
        primes = PRIMES.match(self.text, end)
        single = WORD.fullmatch(self.text, end - 1, end) and not self.text[:at].endswith("'")
        if primes and single:
            return "^", "'" * len(primes[0]), primes.end()
        if self.text[end : end + 1] not in ("^", "_") or end + 1 >= len(self.text):
            return None
        argument = self._argument(end + 1)
        return None if argument is None else (self.text[end], *argument)

    def _argument(self, at: int) -> Read | None:
        """What stands behind ^ or _: a number, a name, or brackets, which go."""
        short = SCRIPT.match(self.text, at)
        if short:
            word = _joined([in_math(letter) for letter in short[0]])
            named = len(short[0]) > 2 and short[0].isalpha() and short[0].isascii()
            return (rf"\mathrm{{{word}}}" if named else word), short.end()
        if self.text[at] in "({":
            inner = self._group(at)
            if inner is not None:
                opening = len(in_math(self.text[at])) if self.text[at] == "(" else 2
                return inner[0][opening:-opening].strip(), inner[1]
            words = re.compile(r"[({]([A-Za-z][a-z]+(?: [a-z]+)*)[)}]").match(self.text, at)
            return None if words is None else (rf"\text{{{words[1]}}}", words.end())
        return self._group(at) if self.text[at] == "|" else None

    def _atom(self, at: int, inside: str, after: bool) -> Read | None:
        """A number, a name, a function, layers, brackets, or a sign that stands for itself."""
        sign = self.text[at : at + 1]
        if sign == "" or "\u0300" <= self.text[at + 1 : at + 2] <= "\u036f":
            return None
        layers = LAYERS.match(self.text, at)
        if layers:
            return _layers(layers[0]), layers.end()
        sizes = SIZES.match(self.text, at)
        if sizes:
            return sizes[0].replace("x", r" \times "), sizes.end()
        if sign.isdigit():
            return self._number(at, after)
        if sign in BRACKETS:
            return self._group(at)
        if sign == "|":
            return self._group(at) if self.text[at] == "|" else None
        if sign == "Σ" and self.text[at + 1 : at + 2] in (" ", "_"):
            return r"\sum", at + 1
        if sign in "∑∏∐∞∅…":
            return self._sign(sign), at + 1
        return self._name(at, inside, after)

    def _number(self, at: int, after: bool) -> Read | None:
        """A whole number; decimals where an operator is beside them, since versions have none."""
        number = NUMBER.match(self.text, at)
        if number and number[0].isascii():
            word = WORD.match(self.text, number.end())
            product = word is None or self._word(word, "", False) is not None
            return (_digits(number[0]), number.end()) if product else None
        decimal = DECIMAL.match(self.text, at)
        if decimal is None or not (after or OPERATOR.match(self.text, self._space(decimal.end()))):
            return None
        return (decimal[0], decimal.end()) if decimal[0].isascii() else None

    def _name(self, at: int, inside: str, after: bool) -> Read | None:
        """A name of one letter, perhaps with digits; a product of letters; a function; a ring."""
        indexed = INDEXED.match(self.text, at)
        if indexed:
            return f"{indexed[1]}_{{{indexed[2]}}}", indexed.end()
        word = WORD.match(self.text, at)
        if word is None or re.match(
            r"[^\W⁰¹²³⁴-⁹ⁿⁱᵀ₀-₉ᵢⱼₙ_]", self.text[word.end() : word.end() + 1]
        ):
            return None
        found = self._word(word, inside, after)
        return None if found is None else (found, word.end())

    def _word(self, word: re.Match[str], inside: str, after: bool) -> str | None:
        """A word as a part of a formula."""
        name, behind = word[0], self.text[word.end() :]
        relation = re.match(rf"\s*(?:[{RELATIONS}]|[<>!=]=)", behind)
        if name in FUNCTIONS:
            return FUNCTIONS[name] if self._is_function(word, relation is not None) else None
        if name in RINGS and self.text[: word.start()].endswith("over "):
            return rf"\mathbb{{{RINGS[name]}}}"
        if (
            inside == "["
            and len(name) > 1
            and name.islower()
            and name.isascii()
            and (after or relation)
        ):
            return rf"\mathrm{{{name}}}"
        if not self._is_product(name, behind, inside, after):
            return None
        return _joined([in_math(letter) for letter in name])

    def _is_function(self, word: re.Match[str], relation: bool) -> bool:
        """Whether the function has its argument, an index, or a relation behind it."""
        end, sign = word.end(), self.text[word.end() : word.end() + 1]
        if sign == "(":
            return self._group(end) is not None
        if sign in ("_", "^") and end + 1 < len(self.text):
            return self._argument(end + 1) is not None
        return relation or (
            word[0] in APPLIED and sign == " " and self._atom(end + 1, "", False) is not None
        )

    def _is_product(self, name: str, behind: str, inside: str, after: bool) -> bool:
        """Whether letters are a name or a product of names, and no word of English."""
        if name in ("a", "A"):
            joined = re.match(
                rf"\s*(?:[{RELATIONS}+/*·×∩∪−]|[<>!=]=)|[_^'′⁰¹²³⁴-⁹ⁿᵀ₀-₉ᵢⱼₙ(]", behind
            )
            return (
                after
                or joined is not None
                or (inside != "" and re.match(r"\s*[,)\]}|]", behind) is not None)
            )
        if len(name) == 1:
            return re.match(r"\.[A-Za-z]", behind) is None
        if not name.isascii():
            return len(name) <= 4
        if len(name) != 2 or name in SMALL_WORDS:
            return False
        return (
            after
            or (name[0].islower() and name[1].isupper())
            or re.match("[ᵀⁿ]", behind) is not None
        )

    def _group(self, at: int) -> Read | None:
        """Brackets around formulas with commas, semicolons and colons between them; bars around one."""
        if at not in self.groups:
            self.groups[at] = None
            if self.depth < DEEPEST:
                self.depth += 1
                self.groups[at] = self._grouped(at, self.text[at])
                self.depth -= 1
        return self.groups[at]

    def _grouped(self, at: int, opening: str) -> Read | None:
        if opening != "|":
            return self._listed(at + 1, BRACKETS[opening], opening)
        inner = self.run(at + 1, "|")
        if inner is None or self.text[inner[1] : inner[1] + 1] != "|":
            return None
        return rf"\lvert {inner[0]} \rvert", inner[1] + 1

    def _listed(self, at: int, closing: str, opening: str) -> Read | None:
        """The inside of brackets up to the closing one."""
        parts: list[str] = []
        separated, end = True, at
        while True:
            end = self._space(end)
            sign = self.text[end : end + 1]
            if sign == closing and parts:
                return self._bracketed(opening, _joined(parts), closing), end + 1
            if sign and sign in ",;:":
                parts.append(rf"{sign}\maybreak " if sign != ":" else " : ")
                separated, end = True, end + 1
                continue
            inner = self.run(end, opening) if separated else None
            if inner is None:
                return None
            parts, separated, end = [*parts, inner[0]], False, inner[1]

    @staticmethod
    def _bracketed(opening: str, inner: str, closing: str) -> str:
        left, right = (rf"\{s}" if s in "{}" else in_math(s) for s in (opening, closing))
        return _joined([left, inner, right]) if len(left) <= 2 else rf"{left} {inner} {right}"

    def _operator(self, at: int) -> Read | None:
        found = OPERATOR.match(self.text, at)
        return None if found is None else (self._sign(found[0]), found.end())

    @staticmethod
    def _sign(source: str) -> str:
        return TYPED.get(source) or in_math(source)

    def _space(self, at: int) -> int:
        found = SPACE.match(self.text, at)
        assert found is not None
        return found.end()

    def _within_word(self, at: int) -> bool:
        """Whether this is in the middle of a word, or behind its apostrophe or full stop."""
        before = self.text[max(at - 2, 0) : at]
        return self.text[at].isalnum() and re.search(r"\w$|\w['’.]$", before) is not None
