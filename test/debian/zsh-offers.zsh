# What a zsh at a terminal makes of each of these lines when Tab is pressed. Arguments: the folder with the completion, the lines.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1= fpath=($1 \$fpath); autoload -Uz compinit && compinit -u -D"
# Ctrl-X in place of Return: the line as it stands is printed, and emptied.
zpty -w shell 'shown() { print -r -- "shown <$BUFFER>"; BUFFER= }; zle -N shown; bindkey "^X" shown; print rea""dy'
zpty -r shell answer '*ready*'
for line in "${@:2}"; do
    zpty -n -w shell "$line"$'\t\x18'
    zpty -r shell answer '*shown <*>*'
    print -r -- "${${answer##*shown <}%%>*}"
done
