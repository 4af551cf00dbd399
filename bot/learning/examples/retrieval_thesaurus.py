"""Words of office life that mean about the same: how a search without a model finds what was said in other words.

A line is one concept; words are matched by their stem (`bot.learning.examples.retrieval_terms`), so one form of each is enough. It is
short on purpose: a word that means many things ("run", "point") would bring more wrong finds than right ones.
"""

from typing import Final

CONCEPTS: Final = """
absent absence away off leave vacation holiday pto
accept approve agree confirm
account login log-in credentials password sign-in
add include attach append
address location place venue
advert ad advertisement campaign promotion
agenda schedule timetable programme calendar plan
angry upset annoyed furious unhappy complaint complain disappointed
announce announcement news inform notify publish
apologise apology sorry regret
applicant candidate application apply
appointment meeting call sync session
article blog post story
ask request question query
award prize trophy win won medal honour
badge card pass
bike bicycle cycling
bill invoice receipt billing
boss manager lead supervisor head
broken defective faulty damaged out-of-order fail failing defect
budget funds funding finance money
bug error defect issue problem fault
build release version deploy deployment ship rollout launch
building office premises site
bus train commute transport travel
busy booked occupied taken reserved
buy purchase order procurement
cancel unsubscribe terminate quit
canteen cafeteria lunch menu meal food
car vehicle parking garage
carbon climate environment sustainability
celebrate party celebration anniversary birthday festive
change update modify edit alter
chat message slack conversation
cheap discount reduced sale offer bargain
chair furniture desk table
clean tidy wash cleaning
client customer buyer account-holder
close shut closed
code program software source repository
colleague coworker teammate employee staff
collect gather raise
company firm business organisation
computer laptop notebook machine pc
condolence bereavement sympathy
congratulate congratulations well-done kudos
contract agreement deal sign signed
cost price fee charge rate expensive
course training workshop seminar class lesson
cv resume résumé
cut reduce decrease lower shrink
danger warning warn beware caution alert
data information records
date day deadline due
deceit scam fraud phishing fake spoof
decide decision resolve choose
delay postpone late reschedule defer slip overdue delayed move
delete remove erase discard
delivery shipment parcel package shipping shipped courier
demo demonstration presentation show
developer programmer engineer coder
document docs documentation manual handbook guide wiki
donate donation charity give contribute
door entrance gate
down outage downtime offline unavailable unreachable interruption incident disruption
earnings revenue sales turnover
easy simple straightforward
elevator lift
email e-mail mail inbox
event conference fair
excel spreadsheet export csv
expense reimbursement receipts costs
faster quick speed fast slow performance latency response
feature function functionality capability
feedback survey poll questionnaire opinion
file folder attachment
fire drill evacuation alarm
fix repair mend restore solve patch
flat room space
forgot forgotten lost missing
goal target objective aim
goodbye farewell leaving departure
grow growth increase rise raise expand
guest visitor
happy glad pleased delighted
heat heating warm temperature cold
help support assistance assist helpdesk
hire recruit recruiting recruitment vacancy job position opening
home remote telework
host server hosting machine infrastructure
ill sick illness sickness unwell
intern trainee apprentice student
introduce welcome onboard starter newcomer joins joining
invest investor investment
invite invitation join attend
key lock access
kitchen pantry kitchenette
late tardy behind
law legal compliance regulation privacy gdpr
learn study education
letter note memo
maintenance servicing upkeep planned
market marketing brand
member subscriber subscription
migrate migration move relocate transfer switch
minutes summary protocol recap summarise
mistake wrong incorrect error
money cash payment pay salary wage paid
new fresh recent latest
newsletter bulletin mailing
night overnight evening
office workplace headquarters
paper tray sheet
password passphrase credentials
person people human
phone telephone call hotline
photo picture image
polite kind friendly courteous
postmortem incident retrospective
present gift
press media journalist
print printer printing copier
product item goods article
project initiative programme
promote promotion promoted
refund reimburse money-back return
refuse reject decline deny rejection
remind reminder
report summary figures
result outcome finding
review check inspect proofread feedback
risk threat danger
rota shift on-call duty
rule policy guideline
safe safety security secure
save backup
search find lookup
send submit hand-in deliver turn-in
shop store webshop
sold-out unavailable stock inventory
speech talk speaking lecture
standup daily
supplier vendor provider
talk webinar lecture session
team group crew department
test testing qa checks
thank thanks gratitude grateful
ticket case request
tool app application system
tour visit trip outing excursion offsite
vote ballot election
volunteer helper
warehouse depot storage
wait queue
website site webpage homepage
weekend saturday sunday
work job task
"""
