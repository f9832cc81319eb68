"""Every table of the dorms app, gathered for Django."""

from dorms.bed.models import Bed, DormBuilding, DormRoom, Stay

__all__ = ["Bed", "DormBuilding", "DormRoom", "Stay"]
