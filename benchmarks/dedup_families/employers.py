"""What people say of their employer, for and against: another subject than the one that the engine was made with.

Not measured until the engine stood still; nothing was changed in the engine because of what came out.
"""

from dedup_families.wordings import Wordings

EMPLOYERS: Wordings = {
    "pay": (
        ("The salary is generous.", "They pay really well.", "I earn more than in my former job.",
         "The wages are above what others offer."),
        ("The salary is miserable.", "They pay really badly.", "I earn less than in my former job.",
         "The wages are below what others offer."),
    ),
    "boss": (
        ("My manager supports me.", "I can count on my manager's help.", "The manager is fair to everyone.",
         "I have a manager who listens."),
        ("My manager bullies me.", "I cannot count on my manager's help.", "The manager is unfair to everyone.",
         "I have a manager who never listens."),
    ),
    "hours": (
        ("The working hours are flexible.", "You decide yourself when to start working.",
         "There is hardly any overtime.", "I always leave on time in the evening."),
        ("The working hours are rigid.", "You have no say in when to start working.",
         "There is overtime every week.", "I never leave on time in the evening."),
    ),
    "colleagues": (
        ("My colleagues are helpful.", "The team sticks together.", "I get along well with my coworkers.",
         "Everyone in the team is kind."),
        ("My colleagues are selfish.", "The team is divided.", "I quarrel a lot with my coworkers.",
         "Everyone in the team is mean."),
    ),
    "training": (
        ("There are many courses to learn from.", "They invest a lot in training.",
         "I have learnt new skills here.", "Further education is encouraged."),
        ("There are no courses to learn from.", "They invest nothing in training.",
         "I have not learnt anything here.", "Further education is discouraged."),
    ),
    "canteen": (
        ("The canteen serves tasty meals.", "Lunch in the canteen is delicious.", "I enjoy eating in the canteen.",
         "The food at work is healthy and fresh."),
        ("The canteen serves bland meals.", "Lunch in the canteen is awful.", "I avoid eating in the canteen.",
         "The food at work is greasy and stale."),
    ),
    "commute": (
        ("The office is easy to reach by train.", "I get to work in ten minutes.",
         "The commute is short.", "It is near the station, which is practical."),
        ("The office is hard to reach by train.", "I need two hours to get to work.",
         "The commute is endless.", "It is far from the station, which is a nuisance."),
    ),
    "security": (
        ("My job is secure.", "Nobody has been laid off in years.", "The company is doing well.",
         "I do not worry about losing my position."),
        ("My job is at risk.", "Many have been laid off this year.", "The company is in trouble.",
         "I worry every day about losing my position."),
    ),
}  # fmt: skip
