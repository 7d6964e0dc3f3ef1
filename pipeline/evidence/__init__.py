"""What proves an event: stills now, clips later."""
