# fish completion for order-monit(8): it asks the one for bash, which has the commands, the options and the open orders.

function __order_monit_offered
    for word in (bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _order_monit; printf "%s\n" "${COMPREPLY[@]}"' \
        /usr/share/bash-completion/completions/order-monit (commandline -opc) (commandline -ct) 2>/dev/null)
        # A folder gets its slash.
        test -d (string replace -r '^--[^=]*=' '' -- $word) && echo "$word/" || echo "$word"
    end
end

complete -c order-monit -f -a '(__order_monit_offered)'
