# Prints the targets of a Makefile that have a `## description`, under their `##@ Headings`.
BEGIN { FS = ":.*## " }
/^##@/ { printf "\n%s\n", substr($0, 5) }
/^[a-z]+:.*## / { printf "  make %-11s %s\n", $1, $2 }
END { print "" }
