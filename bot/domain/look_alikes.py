"""Letters that pass for Latin ones, and the digits and signs that people write in their place.

A small table of our own: the alphabets that keyboards have, small capitals, letters with a stroke,
and letters in squares, circles and flags. What Unicode itself calls a variant of a letter, such as
full width, bold or accents, needs no table: normalising undoes it.
"""

from collections.abc import Mapping

# Cyrillic, Greek, Cherokee, Armenian, and Latin letters with a stroke or a hook.
_ALPHABETS: Mapping[str, str] = {
    "a": "\u0430\u0410\u03b1\u0391\u0251\u1d00\uab7a\u13aa\u2200",
    "b": "\u0432\u0412\u03b2\u0392\u0299\u13f4\u0253\u0180\u042c\u044c\u0184",
    "c": "\u0441\u0421\u1d04\u13df\u2184",
    "d": "\u0501\u0257\u0111\u0110\u1d05\u13a0\u00f0\u00d0",
    "e": "\u0435\u0415\u03b5\u0395\u1d07\u13ac\u0454\u0404\u025b\u044d\u042d",
    "f": "\u0192\ua730\u03dd\u0191",
    "g": "\u0261\u0262\u13c0\u0581\u0260\u050d",
    "h": "\u04bb\u041d\u043d\u0397\u029c\u13bb\u0570\u0127\u0126",
    "i": "\u0456\u0406\u03b9\u0399\u0131\u026a\u13a5\u0268\u04cf\u0269",
    "j": "\u0458\u0408\u1d0a\u13ab\u0575\u03f3",
    "k": "\u043a\u041a\u03ba\u039a\u1d0b\u13e6\u0199",
    "l": "\u0142\u0141\u029f\u13de\u0196\u04c0",
    "m": "\u043c\u041c\u039c\u1d0d\u13b7",
    "n": "\u03b7\u039d\u0274\u0578\u043f\u019e\u014b",
    "o": "\u043e\u041e\u03bf\u039f\u03c3\u03a3\u1d0f\u0585\u00f8\u00d8",
    "p": "\u0440\u0420\u03c1\u03a1\u1d18\u13e2\u01bf",
    "q": "\u051b\u051a\u0566",
    "r": "\u0433\u0280\u13d2\u027e",
    "s": "\u0455\u0405\ua731\u13da\u0282\u054f",
    "t": "\u0442\u0422\u03c4\u03a4\u1d1b\u13a2\u0167\u0166",
    "u": "\u03c5\u1d1c\u057d\u03bc\u0446\u028a",
    "v": "\u03bd\u1d20\u13d9\u0475\u0474",
    "w": "\u051d\u051c\u1d21\u13b3\u03c9\u0448\u026f",
    "x": "\u0445\u0425\u03c7\u03a7\u00d7",
    "y": "\u0443\u0423\u03a5\u03b3\u028f\u028e\u04af\u04ae",
    "z": "\u01b6\u1d22\u13c3\u0396\u03b6\u0290",
}
# Flags, circles, squares.
_PICTURES: Mapping[str, str] = {
    "a": "\U0001f1e6\U0001f150\U0001f170",
    "b": "\U0001f1e7\U0001f151\U0001f171",
    "c": "\U0001f1e8\U0001f152\U0001f172",
    "d": "\U0001f1e9\U0001f153\U0001f173",
    "e": "\U0001f1ea\U0001f154\U0001f174",
    "f": "\U0001f1eb\U0001f155\U0001f175",
    "g": "\U0001f1ec\U0001f156\U0001f176",
    "h": "\U0001f1ed\U0001f157\U0001f177",
    "i": "\U0001f1ee\U0001f158\U0001f178",
    "j": "\U0001f1ef\U0001f159\U0001f179",
    "k": "\U0001f1f0\U0001f15a\U0001f17a",
    "l": "\U0001f1f1\U0001f15b\U0001f17b",
    "m": "\U0001f1f2\U0001f15c\U0001f17c",
    "n": "\U0001f1f3\U0001f15d\U0001f17d",
    "o": "\U0001f1f4\U0001f15e\U0001f17e",
    "p": "\U0001f1f5\U0001f15f\U0001f17f",
    "q": "\U0001f1f6\U0001f160\U0001f180",
    "r": "\U0001f1f7\U0001f161\U0001f181",
    "s": "\U0001f1f8\U0001f162\U0001f182",
    "t": "\U0001f1f9\U0001f163\U0001f183",
    "u": "\U0001f1fa\U0001f164\U0001f184",
    "v": "\U0001f1fb\U0001f165\U0001f185",
    "w": "\U0001f1fc\U0001f166\U0001f186",
    "x": "\U0001f1fd\U0001f167\U0001f187",
    "y": "\U0001f1fe\U0001f168\U0001f188",
    "z": "\U0001f1ff\U0001f169\U0001f189",
}

LETTERS: Mapping[int, str] = "".maketrans(
    {
        other: letter
        for table in (_ALPHABETS, _PICTURES)
        for letter in table
        for other in table[letter]
    }
)

# A sign counts as a letter wherever it stands; 1 may be an i or an l.
SIGNS: Mapping[int, str] = "".maketrans({"@": "a", "$": "s", "\u20ac": "e", "\u00a2": "c"})
DIGITS: Mapping[int, str] = "".maketrans(
    {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g"}
)
ONE_MAY_BE = ("i", "l")
