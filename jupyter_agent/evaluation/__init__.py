"""How well questions are answered: a suite of questions with files and expected answers, run and judged.

    suite, expected    what is asked, and what a right answer holds; each bad line is named
    run                each question in a conversation of its own, through the whole product as `ask` does it
    baseline           … and, in the same run, through a plain ReAct loop with the same model and kernel
    judge              whether an answer says the expected one, and decides for it
    look               what a variable of the kernel holds
    outcome            what became of a question, from the events of its run and nothing else
    report             shares, medians and paired differences, with bootstrap intervals

A namespace violation is what the events tell of one: something that the kernel blocked (network, programs,
paths …), or a variable of an earlier program that a failed one left changed or removed. The product's failed
programs are undone, so that it must have none of the second kind; the baseline's are not.
"""
