"""Every table of the utilities app, gathered for Django."""

from logistics.utilities.meter.models import Meter, MeterDevice, Reading

__all__ = ["Meter", "MeterDevice", "Reading"]
