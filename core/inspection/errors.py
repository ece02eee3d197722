"""The one way an inspection refuses."""


class Refused(Exception):
    """The file cannot be accepted; the text is the Vietnamese sentence for the person: what is wrong, how to
    mend it.
    """
