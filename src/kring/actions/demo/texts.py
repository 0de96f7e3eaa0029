"""What the demo cooperative mails: its templates, friendly and with a formal "u"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kring.actions.templates import TemplateTexts

TEMPLATES: Final[Sequence[TemplateTexts]] = (
    TemplateTexts(
        name="Welkom als lid",
        subject="Welkom bij {{ cooperatie }}",
        body="<p>{{ aanhef }},</p>"
        "<p>Hartelijk welkom als lid van {{ cooperatie }}. Samen met ruim vierhonderd"
        " buurtgenoten maakt u voortaan uw eigen energie.</p>"
        "<p><strong>Wat kunt u verwachten?</strong></p>"
        "<ul><li>Twee keer per jaar een uitnodiging voor de ledenvergadering. Als lid"
        " hebt u daar een stem.</li>"
        "<li>Voorrang als er nieuwe zonnedelen worden uitgegeven.</li>"
        "<li>Advies over besparen en isoleren, van een energiecoach uit uw"
        " buurt.</li></ul>"
        "<p>Uw lidnummer is <strong>{{ nummer }}</strong>. Klopt er iets niet in uw"
        ' gegevens? U past ze zelf aan in <a href="{{ portaal }}">uw portaal</a>.</p>'
        "<p>Met vriendelijke groet,<br>{{ verantwoordelijke }}<br>{{ cooperatie }}</p>",
    ),
    TemplateTexts(
        name="Welkom als vrijwilliger",
        subject="Wat fijn dat u ons komt helpen",
        body="<p>{{ aanhef }},</p>"
        "<p>Bedankt dat u een handje wilt helpen. Zonder vrijwilligers geen zonnedak,"
        " geen nieuwsbrief en geen koffie op de ledenvergadering.</p>"
        "<p>Binnen twee weken belt iemand van ons u om kennis te maken"
        "{% als telefoon %} op {{ telefoon }}{% eindals %}. Dan hoort u ook wat er te"
        " doen is, en zegt u wat bij u past.</p>"
        "<p>Met vriendelijke groet,<br>{{ verantwoordelijke }}<br>{{ cooperatie }}</p>",
    ),
    TemplateTexts(
        name="Welkom als coach",
        subject="Welkom bij de coaches, {{ naam }}",
        body="<p>{{ aanhef }},</p>"
        "<p>Vanaf vandaag hoort u bij <strong>{{ groep }}</strong>.{% als"
        " groep_omschrijving %} {{ groep_omschrijving }}{% eindals %}</p>"
        "<p>Zo gaat het verder:</p>"
        "<ol><li>In uw eerste week gaat een ervaren coach met u mee.</li>"
        "<li>U krijgt een koffer met een warmtebeeldcamera en een meetset in"
        " bruikleen.</li>"
        "<li>Elke eerste dinsdag van de maand is er een coachavond in De"
        " Sporthal.</li></ol>"
        "<p>Hebt u een vraag? Antwoord gerust op deze mail.</p>"
        "<p>Met vriendelijke groet,<br>{{ verantwoordelijke }}<br>{{ cooperatie }}</p>",
    ),
    TemplateTexts(
        name="Welkom bij de nieuwsbrief",
        subject="U krijgt voortaan onze nieuwsbrief",
        body="<p>{{ aanhef }},</p>"
        "<p>U staat op de lijst voor onze nieuwsbrief. Die komt elke maand, op de"
        " eerste vrijdag, op {{ email }}.</p>"
        "<p>Wilt u de nieuwsbrief niet meer? Dat regelt u in"
        ' <a href="{{ portaal }}">uw portaal</a>.</p>'
        "<p>Met vriendelijke groet,<br>{{ cooperatie }}</p>",
    ),
    TemplateTexts(
        name="Belangstelling voor het warmtenet",
        subject="We houden u op de hoogte van het warmtenet",
        body="<p>{{ aanhef }},</p>"
        "<p>U wilt op de hoogte blijven van de plannen voor een warmtenet"
        "{% als buurt %} in {{ buurt }}{% eindals %}. Dat doen we graag. Zodra er"
        " nieuws is, bent u een van de eersten die het hoort.</p>"
        "<p>Dit najaar houden we in elke buurt een warmteavond. De uitnodiging krijgt u"
        " vanzelf.</p>"
        "<p>Met vriendelijke groet,<br>{{ verantwoordelijke }}<br>{{ cooperatie }}</p>",
    ),
    TemplateTexts(
        name="Uitnodiging warmtepompcursus",
        subject="Een cursus over warmtepompen voor leden in {{ woonplaats }}",
        body="<p>{{ aanhef }},</p>"
        "<p>U wilt meer weten over warmtepompen. Daarom nodigen we u uit voor onze"
        " cursus: drie avonden, gratis voor leden.</p>"
        "<p>U leert wat een warmtepomp in uw huis kan, wat hij kost en wat hij"
        " oplevert. Antwoord op deze mail als u wilt meedoen.</p>"
        "<p>Met vriendelijke groet,<br>{{ verantwoordelijke }}<br>{{ cooperatie }}</p>",
    ),
)
