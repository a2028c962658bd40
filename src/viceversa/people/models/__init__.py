from .person import Exclusion, Person, RankedPreference
from .roster import RosterImport
from .saved_view import SavedView
from .topic import Topic, TopicImport, TopicImportRow, TopicOffer, TopicSynonym, TopicWant

__all__ = [
    "Exclusion",
    "Person",
    "RankedPreference",
    "RosterImport",
    "Topic",
    "TopicImport",
    "TopicImportRow",
    "TopicOffer",
    "TopicSynonym",
    "TopicWant",
]
