"""The only code that writes rounds, nominations, results, decisions and honours."""
