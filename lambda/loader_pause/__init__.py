"""The function loader-pause: takes es-loader off its queue while the domain has no room, and puts it back."""
