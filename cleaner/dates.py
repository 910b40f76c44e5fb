"""Months and days of the week in the languages of the news, and the patterns of dates and times made of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from .fold import fold_cue, unaccented

#: Names of months by language: as a date has them (inflected where the language does so), then as a heading has them,
#: then short. Forms that another language above has already are left out.
MONTHS = {
    "en": "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec",
    "de": "januar jänner februar feber märz mai juni juli oktober dezember jän mär mrz okt dez",
    "fr": "janvier février mars avril juin juillet août septembre octobre novembre décembre janv févr fév avr juil déc",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre "
    "ene abr ago set dic",
    "pt": "janeiro fevereiro março maio junho julho setembro outubro novembro dezembro fev out",
    "it": "gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre gen mag giu lug ott",
    "ca": "gener febrer març maig juny juliol setembre desembre",
    "nl": "januari februari maart mei augustus mrt",
    "sv": "augusti",
    "da": "marts maj",
    "no": "desember",
    "fi": "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu "
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta "
    "marraskuuta joulukuuta",
    "et": "jaanuar veebruar märts aprill juuni juuli oktoober detsember",
    "lv": "janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris "
    "janvārī februārī martā aprīlī maijā jūnijā jūlijā augustā septembrī oktobrī novembrī decembrī",
    "lt": "sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio "
    "sausis vasaris kovas balandis gegužė birželis liepa rugpjūtis rugsėjis spalis lapkritis gruodis",
    "ro": "ianuarie februarie martie aprilie iunie iulie septembrie octombrie noiembrie decembrie ian noi",
    "hu": "január február március április május június július augusztus szeptember október "
    "febr márc ápr máj jún júl szept",
    "sq": "janar shkurt prill qershor korrik gusht shtator tetor nëntor dhjetor",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia "
    "styczeń luty marzec kwiecień czerwiec lipiec sierpień wrzesień październik listopad grudzień "
    "sty lut kwi cze lip sie wrz paź lis gru",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince "
    "leden únor březen duben květen červen červenec srpen říjen prosinec",
    "sk": "januára februára apríla mája júna júla augusta septembra októbra novembra decembra apríl marec máj jún júl",
    "hr": "siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna studenog studenoga prosinca "
    "siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan studeni prosinac",
    "sr": "januara februara mart marta aprila jun juna jul jula avgust avgusta septembar oktobar oktobra novembar "
    "decembar јануар јануара фебруар фебруара март марта април априла мај маја јун јуна јул јула август августа "
    "септембар септембра октобар октобра новембар новембра децембар децембра",
    "sl": "januarja februarja maja junija julija junij julij",
    "tr": "ocak şubat nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık oca şub nis haz tem ağu eyl eki kas",
    "id": "maret agustus pebruari nopember agu ags peb nop des",
    "ms": "januari mac julai ogos disember",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря "
    "январь февраль апрель май июнь июль сентябрь октябрь ноябрь декабрь "
    "янв фев мар апр июн июл авг сен сент окт ноя нояб дек",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня "
    "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень "
    "січ лют бер кві тра чер лип сер вер жов лис гру",
    "be": "студзеня сакавіка красавіка чэрвеня ліпеня жніўня верасня кастрычніка лістапада снежня",
    "bg": "януари февруари юни юли септември октомври ноември декември",
    "mk": "јануари февруари јуни јули септември октомври ноември декември",
    "az": "yanvar fevral aprel iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    "sw": "januari machi aprili agosti septemba oktoba novemba desemba",
    "tl": "pebrero marso mayo hunyo hulyo setyembre oktubre nobyembre disyembre",
    "ka": "იანვარი თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი ნოემბერი დეკემბერი "
    "იანვარს თებერვალს მარტს აპრილს მაისს ივნისს ივლისს აგვისტოს სექტემბერს ოქტომბერს ნოემბერს დეკემბერს "
    "იან თებ მარ აპრ მაი ივნ ივლ აგვ სექ ოქტ ნოე დეკ",
    "hy": "հունվար հունվարի փետրվար փետրվարի մարտ մարտի ապրիլ ապրիլի մայիս մայիսի հունիս հունիսի հուլիս հուլիսի "
    "օգոստոս օգոստոսի սեպտեմբեր սեպտեմբերի հոկտեմբեր հոկտեմբերի նոյեմբեր նոյեմբերի դեկտեմբեր դեկտեմբերի",
    "th": "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    "bn": "জানুয়ারি জানুয়ারী ফেব্রুয়ারি ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
    "ur": "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
    "mr": "जानेवारी फेब्रुवारी एप्रिल मे जुलै ऑगस्ट सप्टेंबर ऑक्टोबर नोव्हेंबर डिसेंबर",
    "ta": "ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்",
    "te": "జనవరి ఫిబ్రవరి మార్చి ఏప్రిల్ మే జూన్ జులై జూలై ఆగస్టు సెప్టెంబర్ అక్టోబర్ నవంబర్ డిసెంబర్",
    "ml": "ജനുവരി ഫെബ്രുവരി മാർച്ച് ഏപ്രിൽ മേയ് ജൂൺ ജൂലൈ ഓഗസ്റ്റ് സെപ്റ്റംബർ ഒക്ടോബർ നവംബർ ഡിസംബർ",
    "gu": "જાન્યુઆરી ફેબ્રુઆરી માર્ચ એપ્રિલ મે જૂન જુલાઈ ઑગસ્ટ ઓગસ્ટ સપ્ટેમ્બર ઑક્ટોબર ઓક્ટોબર નવેમ્બર ડિસેમ્બર",
    "el": "ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου "
    "δεκεμβρίου ιανουάριος φεβρουάριος μάρτιος απρίλιος μάιος ιούνιος ιούλιος αύγουστος σεπτέμβριος οκτώβριος "
    "νοέμβριος δεκέμβριος ιαν φεβ μαρ απρ μαΐ μάι ιουν ιουλ αυγ σεπ οκτ νοε δεκ",
}


def one_of(words: Iterable[str]) -> str:
    """Return a pattern for any of some words, of letters alone; those that begin alike are compared once.

    >>> one_of(["may", "maria", "june"])
    '(?:june|ma(?:ria|y))'
    """
    groups: dict[str, list[str]] = {}
    for word in sorted(set(words)):
        groups.setdefault(word[:1], []).append(word[1:])
    branches = []
    for first, rests in groups.items():
        if first:
            rest = rests[0] if len(rests) == 1 else one_of(rests)
            branches.append(first + rest)
    pattern = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{pattern})?" if "" in groups else pattern


# Days by their first letters: a date must follow, and the full names take ten times as long to compile.
_WEEKDAY = (
    r"(?:(?i:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|die|mit|don|fre|sam|son|lun|mar|mer|jeu|ven|dim|mié|mie|jue|vie|sáb|sab"
    r"|dom|seg|ter|qua|qui|sex|gio|maa|din|woe|vri|zat|zon|mån|man|tis|tir|ons|tor|lör|lor|lør|sön|søn|tiis|kesk|per|lau|sun|pon"
    r"|wto|śro|sro|czw|pią|pia|sob|nie|úte|ute|stř|str|čtv|ctv|pát|patek|ned|uto|sri|sre|čet|cet|pet|sub|пон|вто|сре|чет|пят|суб|вос|вів|сер|нед|пн|вт|ср|чт|пт|сб|вс|нд|п'ят|уто|paz|sal|çar|car"
    r"|cum|sen|sel|rab|kam|jum|min|ahad|isn|khamis|th[ứu]\s\w+|chủ\snhật|δευ|τρι|τετ|πέμ|πεμ|παρ|σάβ|σαβ|κυρ|hét|het|ked|sze|csü"
    r"|csu|pén|pen|szo|vas|mie|joi|vin|sâm|dum)[\p{L}\p{M}]{0,9}(?:-feira)?|יום\s\p{Lo}{2,6}|ال\p{Lo}{3,8}|\p{Lo}{0,5}\s?شنبه|जुमा"
    r"|[\p{Lo}\p{M}]{2,8}वार|วัน[\p{Lo}\p{M}]{3,9}ที่|[\p{Lo}\p{M}]{2,8}বার|[星週]期?[一二三四五六日天]|周[一二三四五六日]|[月火水木金土日]曜日?)"
)
#: Four figures; in text that lost its line breaks the hours may follow without a space.
_YEAR = r"(?:\p{Nd}{4}(?!\p{Nd})|(?:19|20)\p{Nd}{2}(?=\p{Nd}{1,2}:\p{Nd}))"
_ZONE = (
    r"(?:GMT|UTC|[BCEW]E?ST|C?ET|WET|MES?Z|[CEMP][SD]?T|AK[SD]T|HST|A[CEW][SD]T|NZ[SD]T|IST|WIB|WITA|WIT|MSK|МСК|мск|SGT|HKT|JST"
    r"|KST|SAST|EAT|WAT|PKT|[Uu]hr|hrs?|h|น\.|ч)"
)
TIME = (
    r"(?:(?i:kl[.:]?|klo|kell|plkst\.?|val\.|u|ob|o|at|um|às|à|ore|alle|a\slas|o\sgodz\.|godz\.|в|о|pukul|jam|lúc|saat|στις|у|เวลา)\s)?(?:오전|오후|上午|下午|午前|午後)?\s?"
    r"(?:\p{Nd}{1,2}\s?[:.hH時时시]\s?\p{Nd}{2}(?:[:.]\p{Nd}{2})?[分분]?|\p{Nd}{1,2}(?=\s?[AaPp]\.?[Mm]\b))"
    rf"\s?(?:[AaPp]\.?\s?[Mm]\b\.?|অপরাহ্ন|পূর্বাহ্ন|এএম|পিএম|पूर्वाह्न|अपराह्न|pagi\b|petang\b|malam\b|[AaPp][Mm](?=[A-Z][a-z])|[πμΠΜ]\.?[μΜ]\b\.?|ч\b\.?|hod\b\.?)?(?:\s?\(?(?:{_ZONE}(?![\p{{Ll}}])(?:\s?[+-]\s?\d{{1,2}}(?::?\d{{2}})?)?)\)?)?"
)


def _month() -> str:
    names = [word for language in MONTHS.values() for word in fold_cue(language).split()]
    return (
        rf"(?:(?i:{one_of([*names, *map(unaccented, names)])}|th[aá]ng\s\d{{1,2}})(?![\p{{L}}\p{{M}}])"
        r"|(?:ינו|פבר|מרץ|מרס|אפר|מאי|יונ|יול|אוג|ספט|אוק|נוב|דצמ|يناير|فبراير|مارس|ابريل|مايو|يونيو|يوليو|اغسطس|سبتمبر|اكتوبر"
        r"|نوفمبر|ديسمبر|كانون|شباط|اذار|نيسان|ايار|حزيران|تموز|اب|ايلول|تشرين|فروردين|ارديبهشت|خرداد|تير|مرداد|شهريور|مهر|ابان|اذر"
        r"|دي|بهمن|اسفند|जनवरी|फरवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|सितम्बर|अक्टूबर|अक्तूबर|नवंबर|नवम्बर|दिसंबर|दिसम्बर)[\p{Lo}\p{M}]{0,4}"
        r"|(?:ม\.ค|ก\.พ|มี\.ค|เม\.ย|พ\.ค|มิ\.ย|ก\.ค|ส\.ค|ก\.ย|ต\.ค|พ\.ย|ธ\.ค)(?=\.))"
    )


@cache
def date() -> str:
    """Return the pattern of a date. It is put together when a rule needs it: that takes a while."""
    return (
        rf"(?:{_WEEKDAY}[.,]{{0,2}}\s?(?:(?:the|den|d\.|de|ngày)\s)?)?"
        r"(?:(?!0{1,2}[./-])(?i:ngày\s)?\p{Nd}{1,2}\s?[./-]\s?\p{Nd}{1,2}\s?[./-]\s?(?:(?:19|20|25)\p{Nd}{2}|\p{Nd}{2})(?!\p{Nd})(?:\.(?=(?:\s(?:u|ob)?)?\s?\p{Nd}{1,2}[:.h]|\s*$))?"
        r"|\p{Nd}{4}\s?[./-]\s?\p{Nd}{1,2}\s?[./-]\s?\p{Nd}{1,2}(?!\p{Nd})\.?"
        r"|\p{Nd}{2,4}\s?[年년]\s?\p{Nd}{1,2}\s?[月월](?:\s?\p{Nd}{1,2}\s?[日일])?|(?i:ngày\s)\p{Nd}{1,2}[/-]\p{Nd}{1,2}"
        r"|(?=(?i:ngày\s)?\p{Nd}|[\p{L}\p{M}]{3,12}[.,]?\s?(?:(?:of|de|del|di|a)\s)?\p{Nd})(?:\p{Nd}{4}\.?\s(?:(?:m\.|gada)\s)?)?(?:(?i:ngày\s)?\p{Nd}{1,2}(?:st|nd|rd|th|er|º|ª|ο|η|-го)?[.,]?\s?(?:(?:of|de|di|da)\s|d'|ב-?)?)?"
        rf"{_month()}[.,]?(?:\s(?:of|de|del|di|a)(?=\s))?(?:\s?\p{{Nd}}{{1,2}}(?!\p{{Nd}})(?:st|nd|rd|th|\sd\.)?\.?)?(?:\s?,?\s?(?:(?:of|de|del|พ\.ศ\.)\s)?{_YEAR}(?:\s?(?:г\.?|р\.?|року|года|m\.|d\.|r\.)|\.(?=\s(?:[uу]\s)?\p{{Nd}}{{1,2}}[:.]))*)?)"
    )
