from .person import Exclusion, Person, RankedPreference
from .roster import RosterImport
from .topic import Topic, TopicOffer, TopicWant

__all__ = ["Exclusion", "Person", "RankedPreference", "RosterImport", "Topic", "TopicOffer", "TopicWant"]
