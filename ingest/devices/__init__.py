"""From the raw bytes of a device to measurements: one small file for each make in makes/.

Pure: no I/O, no clock, no database. Imports core only; nothing else of ingest.
"""

from ingest.devices.catalog import DEVICES, UnknownDeviceError, decode_frame
from ingest.devices.device import Device, FrameError, Vector

__all__ = ["DEVICES", "Device", "FrameError", "UnknownDeviceError", "Vector", "decode_frame"]
