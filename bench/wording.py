"""Invented sentences in three languages, put together from parts: realistic in length, letters and marks."""

from __future__ import annotations

from random import Random

_PARTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("The night shift", "Our newest apprentice", "A customer in Izmir", "The test bench", "One small valve"),
        ("rebuilt", "measured", "questioned", "repaired", "drew", "finally understood", "timed"),
        ("the gearbox", "a forgotten drawing", "the cooling loop", "forty bearings", "the port's oldest crane"),
        ("before breakfast", "without a manual", "in nine days", "with half the energy", "& wrote it down"),
    ),
    "tr": (
        ("Gece vardiyası", "En yeni çırağımız", "İzmirli bir müşteri", "Deney tezgâhı", "Küçücük bir vana"),
        ("dişli kutusunu", "unutulmuş bir çizimi", "soğutma hattını", "kırk rulmanı", "limandaki eski vinci"),
        ("kahvaltıdan önce", "kılavuza bakmadan", "dokuz günde", "yarı enerjiyle", "ikinci kez"),
        ("onardı", "ölçtü", "sorguladı", "yeniden çizdi", "sonunda anladı"),
    ),
    "ko": (
        ("야간 근무조가", "막내 수습사원이", "부산의 고객이", "시험대가", "작은 밸브 하나가"),
        ("아침 식사 전에", "설명서 없이", "아흐레 만에", "절반의 전력으로", "두 번째로"),
        ("기어박스를", "잊힌 도면을", "냉각 장치를", "베어링 마흔 개를", "항구의 낡은 크레인을"),
        ("고쳤습니다", "측정했습니다", "다시 그렸습니다", "의심했습니다", "이해했습니다"),
    ),
}
LANGUAGES = tuple(_PARTS)

_TAILS = ("", "", "!", "?", " – 100 %", " (+3 °C)", " 🚢", ' "again"', " #workshop")
_MARKED = ("**{}**", "*{}*", "`{}`", "[{}](https://reading.example/?a=1&b=2)")


def sentence(dice: Random, lang: str) -> str:
    """One sentence without its full stop."""
    return " ".join(dice.choice(part) for part in _PARTS[lang])


def title(dice: Random, lang: str) -> str:
    """A headline, now and then with a mark that HTML and addresses must escape."""
    return sentence(dice, lang) + dice.choice(("", "", "", " & more", " – 20%", "?"))


def caption(dice: Random, lang: str) -> str:
    """A text to post, short enough for every network with disclosure and link."""
    parts = 1 if lang == "ko" else dice.randint(1, 2)
    return ". ".join(sentence(dice, lang) for _ in range(parts)) + dice.choice(_TAILS)


def story(dice: Random, lang: str, words: int) -> str:
    """Markdown of about so many words: paragraphs, headings, lists, quotations, emphasis and links."""
    blocks: list[str] = []
    while sum(block.count(" ") for block in blocks) < words:
        blocks.append(_block(dice, lang))
    return "\n\n".join(blocks) + "\n"


def _block(dice: Random, lang: str) -> str:
    kind = dice.random()
    if kind < 0.12:
        return "## " + sentence(dice, lang)
    if kind < 0.24:
        return "\n".join("- " + sentence(dice, lang) for _ in range(dice.randint(2, 5)))
    if kind < 0.30:
        return "> " + sentence(dice, lang) + "."
    return " ".join(_marked(dice, sentence(dice, lang)) + "." for _ in range(dice.randint(3, 7)))


def _marked(dice: Random, text: str) -> str:
    if dice.random() > 0.25:
        return text
    words = text.split(" ")
    at = dice.randrange(len(words))
    words[at] = dice.choice(_MARKED).format(words[at]) if words[at].isalpha() else words[at]
    return " ".join(words)
