"""Words that tell what somebody said, in the languages of the news: a line with them is reported, not boilerplate."""

from __future__ import annotations

#: What may stand before the verb: a comma or a closing quote, and up to two words (`, the mayor said`).
_BEHIND = r"[,،\"»]\"?\s(?:-\s)?(?:[\p{L}\p{M}]{1,20}\s){0,2}?"

#: Verbs of saying by language, as they stand behind what was said. Forms that another language has are left out.
_VERBS = {
    "en": r"said|says|wrote|warned|argues|joked",
    "de": r"sagte[nt]?|schrieb|meinte|erklärte|berichtete|scherzte|warnte",
    "nl": r"zei|zeiden|zegt|zeggen|schreef|schrijft|vroeg|vertelt|vertelde|riepen|mopperde|aldus"
    r"|waarschuwt|waarschuwde",
    "sv": r"sade|säger|skrev|skriver|frågade|berättar|berättade|meddelade|svarade|slog\srätten",
    "da": r"sagde|siger|spurgte|oplyser|oplyste|fortæller|fortalte|mener|svarede",
    "no": r"sier|spurte|opplyser|opplyste|forteller|svarte|sa\s(?:han|hun|hon|hen|de|\p{L}{4,20}(?:en|t))",
    "fi": r"sanoi|sanoo|sanovat|kertoi|kertoo|kysyi|vastasi|kirjoitti|luki",
    "pl": r"powiedział\w?|mówi|mówią|mówił\w?|napisał\w?|zapytał\w?|orzekł\w?|radził\w?|prosił\w?|dodał\w?"
    r"|odpowiedział\w?|poprosiła",
    "cs": r"řekl\w?|říká|říkají|říkal\w?|říkával\w?|zeptal\w?|napsal\w?|odpověděl\w?|dodal\w?|uvedl\w?|povedal\w?"
    r"|volal",
    "ru": r"сказал\w?|говорит|говорят|говорил\w?|спросил\w?|написал\w?|сообщил\w?|заявил\w?|рассказал\w?|рассказывает"
    r"|рассказывают|предупреждает|ответил\w?|решил\sсуд|просит|просили|советует|шутил\w?|отметил\w?|добавил\w?"
    r"|ворчал\w?|писал\w?|пишет|пишут|считает|считают",
    "uk": r"сказа(?:в|ла|ли)|каже|кажуть|каза(?:в|ла)|за?пита(?:в|ла)|спита(?:в|ла)|повідоми(?:в|ла|ли)|написа(?:в|ла)"
    r"|розпові(?:в|ла)|заяви(?:в|ла)|вирішив\sсуд|відпові(?:в|ла)",
    "sr": r"rekao|rekla|kaže|kažu|upita[ol]a?|odgovorio|odgovorila|рекао|рекла|кажу|упита[ол]а?|одговорио",
    "hu": r"mondta|mondták|mondja|mondják|kérdezte|írta|felelte|kérte|közölte",
    "tr": r"dedi|diyor|derdi|diye\s(?:sordu|konuştu|yazdı|ekledi)",
    "el": r"είπε|είπαν|λέει|λένε|ρώτησε|έγραψε|δήλωσε|απάντησε",
    "id": r"kata(?!\s(?:sandi|kunci|laluan))|katanya|ujar|ujarnya|tanya|tanyanya|teriak",
    "fr": r"disait|a\s(?:dit|déclaré|affirmé|expliqué)|dit-(?:il|elle|on)",
    "es": r"dijo|dijeron|señaló|afirmó|explicó",
    "pt": r"disse|disseram|afirmou|explicou",
    "it": r"disse|diceva|ha\s(?:detto|spiegato|dichiarato)",
    "ro": r"a\sspus|spune|a\sdeclarat",
    "hi": r"(?:कहा|पूछा|बताया|कहते\sहैं)[।.\s]*$",
}

#: Languages that put the verb elsewhere, or write without spaces. Folded: no Arabic hamza, no Persian letters.
_OTHERS = (
    r",\s(?:\p{L}{1,12}\s){1,3}nói(?=[\s.\"]*$|\s(?:hôm|với|rằng|vào))",
    r"[،,»\"]\s?(?:كما\s)?(?:قال|قالت|يقول|تقول|هتف|س[أا]ل|س[أا]لت|[أا]ضاف)\b",
    r"[،,»\"][^،,\n]{1,40}\sگفت[\s.]*$",
    r"\sने\s(?:\S{1,12}\s){0,3}(?:कहा|पूछा|बताया)",
    r"[,，]\p{Han}{0,6}(?:常)?(?:[说說](?=[。！,，:：.!]|\s*$)|写道|寫道|[对對]\p{Han}{1,4}[说說喊])",
    r"と[^。、,]{0,14}(?:言った|話した|述べた|語った|叫んだ|答えた|尋ねた|こぼした)",
    r"[다라냐자]고\s(?:[^.\n]{0,14}\s)?(?:말했|밝혔|전했|덧붙였|주장했|물었)",
)

#: Somebody said it: a verb of saying behind a comma or a closing quote.
SAID = rf"(?:{_BEHIND}(?:{'|'.join(_VERBS.values())})(?!\p{{L}})|{'|'.join(_OTHERS)})"
