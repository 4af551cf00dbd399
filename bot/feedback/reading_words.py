"""The words by which replies are read: English, German, Spanish and French; what is usual in Japanese and Arabic.

They are what people write under any draft, so they name parts of a text and ways to change one, and nothing of what a
draft may be about.
"""

import re
from typing import Final

_VERBS_EN: Final = (
    "add append adjust avoid bold break bring call capitali[sz]e change check clarify combine condense correct credit "
    "cut delete ditch don't dont drop emphasi[sz]e end expand explain fix format fold give group highlight include "
    "insert italici[sz]e keep kill lead leave link list lose lower make mention merge move name number open order "
    "personali[sz]e phrase polish put quantify quote reduce refer remove rename reorder rephrase replace reverse "
    "reword rewrite say scrap shorten sign simplify skip soften sort specify spell split start state stress strike "
    "swap switch tag take tell tighten tone translate trim try tweak turn use word write"
)
_VERBS_DE: Final = (
    "ergänze ergänz erwähne erwähn fang fange füge füg ersetze ersetz kürze kürz lass lasse lösch lösche mach mache "
    "nenn nenne nimm schreib schreibe streich streiche tausch tausche verschieb verwende verlinke ändere änder "
    "formulier formuliere sag sage setz setze stell stelle erkläre erklär"
)
_VERBS_ES: Final = (
    "acorta acórtalo agrega añade borra cambia cámbialo corrige di elimina empieza evita explica haz hazlo incluye "
    "menciona mueve pon quita quítale reduce reemplaza resume sustituye termina traduce usa"
)
_VERBS_FR: Final = (
    "ajoute ajoutez change changez commence commencez corrige corrigez coupe coupez enlève enlevez évite évitez mentionne "
    "mentionnez mets mettez raccourcis raccourcissez remplace remplacez reformule reformulez retire retirez supprime "
    "supprimez utilise utilisez simplifie simplifiez précise précisez"
)
VERB: Final = rf"(?:{'|'.join(f'{_VERBS_EN} {_VERBS_DE} {_VERBS_ES} {_VERBS_FR}'.split())})"
_DOING: Final = (
    r"(?:add|chang|cut|delet|dropp|expand|explain|fix|includ|keep|leav|link|los|mak|mention|mov|putt|quot|remov|"
    r"rephras|replac|reword|rewrit|say|shorten|simplify|skipp|soften|split|start|trimm|us|writ)ing"
)
_DEGREE: Final = (
    r"(?:(?:a )?(?:lot|bit|little|tad|touch)|much|way|far|even|somewhat|slightly|etwas|viel|ein bisschen|un poco|mucho|"
    r"un peu|beaucoup)"
)
_LIKE: Final = (
    r"(?:short|long|friendl|soft|warm|clear|simpl|crisp|punch|tight|light|funn|bold|kind|nic|direct|cold|cool|loud|big|"
    r"small|plain|bright)i?er"
)
COMPARES: Final = (
    rf"(?:{_DEGREE} )?(?:{_LIKE}|more|less|fewer|half as|kürzer|länger|weniger|mehr|freundlicher|förmlicher|lockerer|"
    r"knapper|más|menos|plus|moins)"
)

# A clause that opens like this wants a change, in the order in which people put it.
WISH: Final = re.compile(
    rf"^\W*(?:(?:please|pls|plz|just|maybe|perhaps|also|then|rather|bitte|noch|por favor|svp|1|2|3)\b\W*)*"
    rf"(?:{VERB}|{COMPARES}|without|w/o|ohne|sin|sans|keine?n?|only|always|nur|solo|seulement|pas de|nunca|jamais|nie"
    r"|never|no|not|under|max(?:imum)?|at most|needs?|must|should|too|way too|zu|demasiad[oa]|muy|trop|falta|faltan"
    r"|il manque|es fehlt|missing|wrong|es fehlen|hay que|il faut|ne|n'|missing|typo|would be (?:good|nice|great|better)"
    r"|could be|swap|instead of)\b",
    re.IGNORECASE,
)
# … or asks for one: who is asked, then what is to be done.
ASKS: Final = re.compile(
    rf"\b(?:(?:can|could|would|will|should|shall|might|must) (?:you|u|we|i|it|this|that)"
    rf"|(?:i'd|i would|i'll|let's|lets|we should|you should|we could|we need to|you need to|you could|we'd)"
    rf"|(?:would you mind|how about|what about|why not|is there a way to|consider|please|pls|bitte)"
    rf"|kannst du|könntest du|könnten wir|können wir|kannst|ich würde|puedes|podrías|podemos|peux-tu|pourrais-tu"
    rf"|pouvez-vous|on peut|podríamos)\b\W*(?:\w+\W+){{0,3}}?(?:{VERB}|{_DOING}|be|have|prefer|{COMPARES})\b",
    re.IGNORECASE,
)
ASKS_ELSEWHERE: Final = re.compile(
    r"^\W*(?:kannst du|könntest du|könnten wir|können wir|puedes|podrías|podemos|podríamos|peux-tu|pourrais-tu"
    r"|pouvez-vous|pourriez-vous|on peut)\b",
    re.IGNORECASE,
)
HOUSE_STYLE: Final = re.compile(
    r"\b(?:we (?:never|always|don't|do not|usually|call it|say|write|spell|prefer|capitali[sz]e)"
    r"|you (?:forgot|missed|left out)|i(?:'d| would) (?:prefer|rather|lead|open|drop|cut|skip|say|like)"
    r"|i prefer|wir (?:sagen|schreiben|duzen|siezen)|shouldn't|should(?: not)? (?:be|say|have|read|start|end|come|go)"
    r"|mustn't|(?<!i )(?<!we )(?<!they )needs? (?:to be|a|an|more|less|some|the)|has to go|have to go|can go|not a fan|worth (?:a mention|saying|"
    r"adding|mentioning)|instead of|rather than|sounds? (?:like|too|a bit|off|defensive|weird|stiff|cold|harsh|arrogant|"
    r"robotic)|reads? (?:like|too|a bit)|(?:is|are|was) (?:wrong|missing|unclear|vague|outdated|misleading|redundant|"
    r"incorrect|too|not (?:true|correct|right|quite right)))\b"
    r"|(?:that's|thats|it's|this is|this isn't|that isn't)(?: just)? (?:not|wrong|incorrect|too|n't|outdated|misleading)\b"
    r"|\btoo (?:\w+)\b(?!.* to \w+)|\b(?:a bit|a little|way) (?:too|much|long|short|stiff|formal|cold)\b",
    re.IGNORECASE,
)
# What a text consists of: whoever names one speaks about the text.
PARTS: Final = re.compile(
    r"\b(?:(?:first|second|third|last|opening|closing|middle|next) (?:\w+ )?(?:sentence|line|paragraph|bullet|part|bit|word|one)"
    r"|sentences?|paragraphs?|bullets?|bullet points?|hashtags?|headline|heading|title|subject line|intro|opening|"
    r"closing|sign-?off|greeting|salutation|exclamation (?:marks?|points?)|emojis?|wording|tone|jargon|caps|"
    r"active voice|passive|past tense|present tense|first person|typo|comma|bold|italics|filler|code block|"
    r"satz|absatz|überschrift|anrede|schluss|frase|párrafo|título|phrase|paragraphe|titre)\b",
    re.IGNORECASE,
)
SUBSTITUTION: Final = re.compile(r"^\W*s/[^/\n]+/[^/\n]*/?\w*\s*$")
ELSEWHERE: Final = re.compile(
    r"(?:してください|してほしい|お願い(?:し|でき|いた)|不要|ではなく|じゃなく|もっと|もう少し|短く|長く|間違|追加|削除|変えて|直して)"
    r"|(?:^|\s)(?:اجعل\S*|أضف|احذف|غير|استبدل|اكتب|بدون|يرجى|من فضلك|وليس|اختصر\S*|أزل|ابدأ|خطأ)(?:\s|$)"
)
CHAT_ELSEWHERE: Final = re.compile(
    r"^\W*(?:ありがとう(?:ございます|ございました)?|了解(?:です|しました|いたしました)?|承知(?:しました|いたしました|です)"
    r"|かしこまりました|お疲れ様(?:です|でした)?|いいですね|完璧です|問題ありません|大丈夫です|OKです"
    r"|شكر[اًا]*(?: جزيل[اًا]*)?|ممتاز|تمام|رائع|حسن[اًا]*|موافق|جيد(?: جد[اًا]*)?)\W*$"
)
_CHAT_WORDS: Final = """
    a ace again ah aha all alright always amazing and appreciate appreciated approved as at awesome aye
    beautiful believe best brilliant by bye cheers clean colleagues cool congrats congratulations damn day
    dear deal definitely done enough everyone everybody excellent exactly excited fab fair fantastic fine
    first folks for fyi get glad good got great guys ha haha hahaha hahahaha happy hear help hehe hello
    here hey hi hm hmm hmmm hooray how hurray hush i idea im i'm in indeed is it it's its job just k kk
    know later let letting like lmao lol looks lot love loving lovely lgtm many me mind morning much my
    nah neat never nice night no nope noted now of off oh ok one okay okey omg ooh oops organising
    organizing our on out perfect please posted posting problem quick really rofl right roger same see
    seen sent shared sharing ship shipped shipping sigh sky so solid soon sounds sorry stellar sorted
    still stuff such super superb sure sweet team tada terrific thank thanks thankyou that that's thats
    the there these this thumbs thx tks to today tomorrow tonight too top true turnaround ty u ugh
    understood up us very w wait welcome well what whew whoa whoop woohoo wonderful work working works
    worries wow y yay yeah yep yes yesterday yo you your yours yup adelante also alles aquí así bien bis
    bitte bon bonne bravo buena buen bueno c'est claro d'accord da dank danke dankeschön das de dir er es
    est estupendo euch exacto fein für genau génial genial gern gerne geht gracias gut hallo ist ja jajaja
    jaja je jep klasse klar listo los macht mahlzeit merci moi morgen muchas mucho muy muchísimas nein
    nickel parfait parfaite passt pas perfecto perfekt por pour prima que schön sehr sí si ich spitze
    stimmt suis tip todo todos toll tout très trop un va vale vielen voilà wunderbar
"""
CHAT: Final = frozenset(_CHAT_WORDS.split())
# Somebody tells what they do, did or feel: about themselves, not about the text.
OWN_DOINGS: Final = re.compile(
    r"^\W*(?:i(?:'ll| will| am|'m| already|'ve| have| can(?:'t|not)?| could| never| hate| was| had| called| saw| told| did"
    r"| asked| sent| spoke| talked| think we| would never| need| miss| just| missed| live| used to)"
    r"|ich (?:bin|war|habe|hab|kann|werde)|ya |yo |je (?:suis|serai|peux|vais)|on it|on my way|will (?:do|check|ask|send|"
    r"post|run|share)|(?:sent|posted|posting|sending|shipping|shipped|scheduled|tagging|ordering|checking|looking|"
    r"forwarding|forwarded|adding you|waiting|booked)\b|let's (?:discuss|talk|see|meet|do this|go|chat|sync)|so (?:excited|happy)"
    r"|poor |see you|status page|my \w+ )",
    re.IGNORECASE,
)
# Questions about the world and not about the text.
QUESTION: Final = re.compile(
    r"^\W*(?:¿|who|whose|when|where|which|what(?!'s wrong| about| if)|why(?! not| is it| do we| does it)|how (?:many|much|long|do|did|is)|"
    r"did|does|do|has|have|are|was|were|will|is (?!there a way)|is it|am|any|wer|wann|wo|was|warum|weiß|wie|ist|sind|hat|quién|"
    r"cuándo|dónde|qué|cuál|qui|quand|où|pourquoi|combien|est-ce)",
    re.IGNORECASE,
)
# A line that only leads to the better text.
_MINE: Final = (
    r"(?:better|best|version|mine|this|that|it|instead|suggestion|suggest|rewrite|rewritten|reworded|alternative|alternatively|try|"
    r"maybe|perhaps|proposal|draft|how about|what about|here(?:'s| is| you go)|should (?:read|be|say)|like so|my take|new text|"
    r"besser(?:er)?|vorschlag|stattdessen|lieber|mejor|propuesta|sugerencia|en su lugar|versión|plutôt|mieux|proposition|suggestion|"
    r"je propose|à la place|meglio|修正案|代案|案|改善案|الأفضل|اقتراح|بدلا من ذلك)"
)
# Its end, which is the text's beginning, and whether its words are those of a lead-in. Two patterns, so that no text
# makes them try again and again.
LEAD_IN_END: Final = re.compile(r"[ \t]*(?:[:\uff1a][ \t]*\n*|\n+|(?=[\"“„«「]))")
LEADS_IN: Final = re.compile(rf"(?:^|[\s\W])(?:{_MINE})(?:$|[\s\W])|案$", re.IGNORECASE)
QUICK_LEAD_IN: Final = re.compile(r"^\W*(?:->|=>|→|⇒)\s*(?=\w)")
EMOJI_ONLY: Final = re.compile(
    r"^(?:\s|[+-]1\b|:[\w+'-]+:|[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\ufe0e\ufe0f\u200d\u20e3]|[\U0001f000-\U0001faff])+$"
)
FACT: Final = re.compile(
    r"\d|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:january|february|march|april|may|june|july|august|september|october|"
    r"november|december|one|two|three|four|five|six|seven|eight|nine|ten|twelve|montag|dienstag|mittwoch|donnerstag|freitag|"
    r"samstag|sonntag|zwei|drei|vier|lunes|martes|miércoles|jueves|viernes|sábado|domingo|lundi|mardi|mercredi|jeudi|vendredi|"
    r"samedi|dimanche)\b|[月火水木金土日]曜",
    re.IGNORECASE,
)
CONTRAST: Final = re.compile(
    r"(?:\b(?:not|isn't|aren't|wasn't|nicht|kein|no|pas)|وليس|ليس)\s+(?:the |on |in |until |el |la |le |der |die |das |am )?"
    r"(?P<old>[\w%$€.:-]+)",
    re.IGNORECASE,
)
