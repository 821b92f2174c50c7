"""What reviews say about an aspect, for and against.

USUAL: four wordings as a model rewords its own sentence: the thing stays named, the rest is said anew. FREE: four
wordings that share hardly a word, idioms among them, as different people would put it.
"""

Wordings = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]

USUAL: Wordings = {
    "delivery": (
        ("The delivery was very fast.", "Delivery happened really quickly.",
         "I was surprised by how quick the delivery was.", "Fast delivery, it came sooner than expected."),
        ("The delivery was very slow.", "Delivery took far too long.",
         "I was annoyed by how late the delivery came.", "Slow delivery, it came much later than expected."),
    ),
    "price": (
        ("The price is fair for what you get.", "For what it offers, the price is reasonable.",
         "It is good value for the price.", "I find the price very attractive."),
        ("The price is too high for what you get.", "For what it offers, it costs too much.",
         "It is overpriced, in my opinion.", "I find the price simply excessive."),
    ),
    "build": (
        ("The build quality is excellent.", "It is very well built.",
         "The quality of the construction impressed me.", "It feels solid and of high build quality."),
        ("The build quality is terrible.", "It is very badly built.",
         "The quality of the construction disappointed me.", "It feels fragile and of poor build quality."),
    ),
    "looks": (
        ("The design looks beautiful.", "I love how beautiful the design is.",
         "It has a lovely and elegant design.", "The look of it is really pretty."),
        ("The design looks ugly.", "I dislike how ugly the design is.",
         "It has a dull and unattractive design.", "The look of it is really hideous."),
    ),
    "noise": (
        ("It runs very quietly.", "It is quiet while running.",
         "There is almost no noise when it is on.", "I like that it makes so little noise."),
        ("It runs very loudly.", "It is noisy while running.",
         "There is a lot of noise when it is on.", "I hate that it makes so much noise."),
    ),
    "ease": (
        ("It is easy to set up.", "Setting it up is very simple.",
         "The setup was quick and easy.", "I had no trouble at all setting it up."),
        ("It is difficult to set up.", "Setting it up is very complicated.",
         "The setup was long and difficult.", "I had a lot of trouble setting it up."),
    ),
    "service": (
        ("The customer service was helpful.", "Customer support helped me a lot.",
         "I had a great experience with the customer service.", "The support team was friendly and solved my problem."),
        ("The customer service was useless.", "Customer support did not help me at all.",
         "I had an awful experience with the customer service.", "The support team was rude and ignored my problem."),
    ),
    "size": (
        ("The size is perfect for my room.", "It has exactly the right size for my room.",
         "Its size suits my room very well.", "It fits into my room perfectly."),
        ("The size is too big for my room.", "It has entirely the wrong size for my room.",
         "Its size does not suit my room at all.", "It does not fit into my room."),
    ),
    "durability": (
        ("It still works perfectly after a year.", "After one year it is working without problems.",
         "I have used it for a year and it works like new.", "It is durable and has been working for a year now."),
        ("It stopped working after a month.", "After one month it was broken.",
         "I used it for a month and then it broke.", "It is not durable and broke within a month."),
    ),
    "comfort": (
        ("It is very comfortable to use.", "Using it is really comfortable.",
         "I find it comfortable even for long hours.", "The comfort is outstanding."),
        ("It is very uncomfortable to use.", "Using it is really uncomfortable.",
         "I find it painful after a short time.", "The comfort is disappointing."),
    ),
}
FREE: Wordings = {
    "delivery": (
        ("It arrived two days earlier than promised.", "Shipping was surprisingly quick.",
         "The parcel reached me well ahead of schedule.", "I had it in my hands faster than the shop had said."),
        ("It turned up almost a week late.", "Shipping dragged on for ages.",
         "I waited far longer for the parcel than announced.", "The courier kept postponing and postponing."),
    ),
    "price": (
        ("Great value for the money.", "You get a lot for what it costs.",
         "At this price I could not find anything better.", "Worth every cent I spent."),
        ("Far too expensive for what it is.", "The price is not justified at all.",
         "I feel I paid twice what it deserves.", "Overpriced, there are cheaper ones just as good."),
    ),
    "build": (
        ("Everything feels solid and well put together.", "The workmanship is excellent.",
         "Nothing wobbles, it is built like a rock.", "Sturdy materials and clean seams throughout."),
        ("It feels flimsy and cheaply made.", "The workmanship is poor.",
         "Parts wobble and something broke within days.", "Thin plastic that will not last a season."),
    ),
    "looks": (
        ("It looks gorgeous in real life.", "The design is really elegant.",
         "Visitors keep complimenting its appearance.", "A beautiful piece that suits the room."),
        ("It looks nothing like the pictures.", "The design is plain ugly.",
         "In person the colour is off and rather dull.", "An eyesore, I hide it when guests come."),
    ),
    "noise": (
        ("You can hardly hear it running.", "It is wonderfully quiet.",
         "No noise worth mentioning, even at night.", "The silence is what impressed me most."),
        ("It makes an awful racket.", "Unbearably loud when in use.",
         "The humming gets on my nerves.", "My neighbours must hear it through the wall."),
    ),
    "ease": (
        ("Setting it up took me five minutes.", "Very simple to use from the first moment.",
         "I never needed to open the manual.", "Even my grandfather handles it without help."),
        ("The instructions are impossible to follow.", "Complicated to use, I am still confused.",
         "It took a whole evening to get it working.", "You need an engineering degree to operate this."),
    ),
    "service": (
        ("Customer support answered within an hour and solved everything.", "The staff were friendly and helpful.",
         "When I had a question they sorted it out at once.", "I was impressed by how kindly they treated me."),
        ("Customer support never replied to my messages.", "The staff were rude and of no help.",
         "When I complained they simply ignored me.", "Nobody at the hotline cared about my problem."),
    ),
    "size": (
        ("The size is just right.", "It fits perfectly where I wanted it.",
         "Dimensions are exactly as I hoped.", "Compact enough for my small flat."),
        ("It is much bigger than I expected.", "It does not fit where I wanted it.",
         "The dimensions given on the page are wrong.", "Way too bulky for a normal home."),
    ),
    "durability": (
        ("After a year it still works like new.", "Daily use has left no trace on it.",
         "It has survived months of rough treatment.", "Going strong since last summer, not one fault."),
        ("It stopped working after three weeks.", "It was worn out in no time.",
         "Mine gave up the ghost within a month.", "One fault after another since I bought it."),
    ),
    "comfort": (
        ("It is so comfortable that I forget it is there.", "Very pleasant to use for hours.",
         "My back has never felt better.", "Soft where it should be and never tiring."),
        ("It gets uncomfortable after a short while.", "Using it for long is a pain.",
         "It gave me a sore back.", "Hard edges press everywhere."),
    ),
}
