"""Values that are not finite: noticed on the device, told, and gone back from."""
