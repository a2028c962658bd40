from .identity import IdentityAnswer, IdentityConsent
from .mapping_profile import MappingProfile
from .person import Exclusion, Person, RankedPreference
from .roster import RosterExclusion, RosterImport, RosterPage, RosterTrace
from .saved_view import SavedView
from .topic import Topic, TopicImport, TopicImportRow, TopicOffer, TopicSynonym, TopicWant

__all__ = [
    "Exclusion",
    "IdentityAnswer",
    "IdentityConsent",
    "MappingProfile",
    "Person",
    "RankedPreference",
    "RosterExclusion",
    "RosterImport",
    "RosterPage",
    "RosterTrace",
    "SavedView",
    "Topic",
    "TopicImport",
    "TopicImportRow",
    "TopicOffer",
    "TopicSynonym",
    "TopicWant",
]
