"""What a training suffers from, told while it goes on."""
