"""Other programs that bring MQTT to PostgreSQL, run beside Brimful on the same broker and load.

What is here starts them with a configuration of ours, made as carefully as their documentation
allows. The programs themselves are installed elsewhere by whoever wants the comparison.
"""
