# All that the completion has for each line, a line each. Arguments: the file with the completion, the lines.
compadd() { while [[ $1 == -* && $1 != -- ]]; do shift; done; print -r -- "${(j:|:)@[2,-1]}"; }
for line in "${@:2}"; do
    words=("${(@s: :)line}")
    CURRENT=${#words}
    () { source "$1" } "$1"
done
