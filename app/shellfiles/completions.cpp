// Completions ask the running app for ids; where none runs, that ends at once and offers nothing.
#include "app/shellfiles/program.h"

#include <QMap>

namespace flaredeck::shellfiles {

using namespace Qt::StringLiterals;
using service::LocalVerb;

namespace {

const QString kMade = u"# Made from the tables of the program; changes are lost.\n"_s;

/// A filter that prints the member $2 of each row. The answer is one line.
const QString kMembers =
    uR"sh(sed 's/},{/}\n{/g' | sed -n 's/.*"'"$2"'":"\([^"\\]*\)".*/\1/p' | sort -u)sh"_s;

QString functionOf(const Program &program)
{
    return u'_' + QString(program.name).replace(u'-', u'_');
}

/// In single quotes of a POSIX shell.
QString quoted(QString text)
{
    return u'\'' + text.replace(u'\'', uR"('\'')"_s) + u'\'';
}

/// The same for fish, where a backslash is one.
QString fishQuoted(QString text)
{
    return u'\'' + text.replace(u'\\', uR"(\\)"_s).replace(u'\'', uR"(\')"_s) + u'\'';
}

/// Inside of zsh's "[…]", which stands in single quotes.
QString inBrackets(QString text)
{
    return text.replace(u'\\', uR"(\\)"_s)
        .replace(u'[', uR"(\[)"_s)
        .replace(u']', uR"(\])"_s)
        .replace(u'\'', uR"('\'')"_s);
}

bool isDirectory(const QCommandLineOption &option)
{
    return option.valueName() == "DIR"_L1;
}

bool isFile(const QCommandLineOption &option)
{
    return option.valueName() == "FILE"_L1;
}

bool takesWord(const QCommandLineOption &option)
{
    return !option.valueName().isEmpty() && !isDirectory(option) && !isFile(option);
}

QStringList namesOf(const QCommandLineOption &option)
{
    QStringList names;
    const QStringList own = option.names();
    for (const QString &name : own)
        names << dashed(name);
    return names;
}

QStringList namesOf(const Program &program, bool (*isWanted)(const QCommandLineOption &) = nullptr)
{
    QStringList names;
    for (const QCommandLineOption &option : program.options) {
        if (!isWanted || isWanted(option))
            names << namesOf(option);
    }
    return names;
}

QString summaryOf(const QString &words)
{
    for (const LocalVerb &verb : service::localVerbs()) {
        if (words == QLatin1StringView(verb.words))
            return QString::fromLatin1(verb.summary);
    }
    return {};
}

/// What lists the ids, and the member of its rows.
using Source = std::pair<QString, QString>;

Source sourceOf(LocalVerb::Names names)
{
    switch (names) {
    case LocalVerb::Names::Grants:
        return {u"grants list"_s, u"id"_s};
    case LocalVerb::Names::Clients:
        return {u"clients list"_s, u"id"_s};
    case LocalVerb::Names::SignIns:
        return {u"accounts"_s, u"signIn"_s};
    case LocalVerb::Names::Setups:
        return {u"connect"_s, u"client"_s};
    case LocalVerb::Names::Tools:
        return {u"tools list"_s, u"name"_s};
    case LocalVerb::Names::Nothing:
        break;
    }
    return {};
}

/// The verbs that an id follows.
QMap<Source, QStringList> verbsWithIds()
{
    QMap<Source, QStringList> verbs;
    for (const LocalVerb &verb : service::localVerbs()) {
        if (verb.names != LocalVerb::Names::Nothing)
            verbs[sourceOf(verb.names)] << QString::fromLatin1(verb.words);
    }
    return verbs;
}

/// Where ids follow, as branches of a shell's `case`.
QString idCases(const QString &function)
{
    QString cases;
    const auto verbs = verbsWithIds();
    for (auto it = verbs.begin(); it != verbs.end(); ++it) {
        QStringList patterns;
        for (const QString &verb : it.value())
            patterns << quoted(verb);
        cases += u"    %1) %2_ids %3 %4 ;;\n"_s.arg(patterns.join(u" | "_s), function,
                                                    quoted(it.key().first), it.key().second);
    }
    return cases;
}

QString bashOffer(const QString &pattern, const QStringList &words)
{
    return uR"sh(    %1) mapfile -t COMPREPLY < <(compgen -W '%2' -- "$cur") ;;
)sh"_s.arg(pattern, words.join(u' '));
}

QString bashValues(const QStringList &names, const QString &offer)
{
    return names.isEmpty() ? QString()
                           : u"    %1) %2return ;;\n"_s.arg(names.join(u" | "_s), offer);
}

QString zshOption(const QCommandLineOption &option)
{
    QString value;
    if (!option.valueName().isEmpty())
        value = u":%1:%2"_s.arg(option.valueName(), isDirectory(option) ? u"_directories"_s
                                                    : isFile(option)    ? u"_files"_s
                                                                        : u" "_s);
    QString lines;
    const QStringList names = namesOf(option);
    for (const QString &name : names)
        lines += u"        '(%1)%2[%3]%4' \\\n"_s.arg(names.join(u' '), name,
                                                      inBrackets(option.description()), value);
    return lines;
}

QString zshOffer(const QString &before, const QStringList &words)
{
    QStringList items;
    for (const QString &word : words) {
        const QString summary = summaryOf(before.isEmpty() ? word : before + u' ' + word);
        items << quoted(
            summary.isEmpty() ? word : word + u':' + QString(summary).replace(u':', uR"(\:)"_s));
    }
    return u"    %1) verbs=(%2); _describe command verbs ;;\n"_s.arg(quoted(before),
                                                                     items.join(u' '));
}

QString fishOption(const Program &program, const QCommandLineOption &option)
{
    QString line = u"complete -c %1"_s.arg(program.name);
    const QStringList names = option.names();
    for (const QString &name : names)
        line += (name.size() == 1 ? u" -s "_s : u" -l "_s) + name;
    if (isDirectory(option))
        line += u" -x -a '(__fish_complete_directories)'"_s;
    else if (isFile(option))
        line += u" -r -F"_s;
    else if (takesWord(option))
        line += u" -x"_s;
    return line + u" -d %1\n"_s.arg(fishQuoted(option.description()));
}

} // namespace

QString bashCompletion(const Program &program)
{
    const QString function = functionOf(program);
    QString text = kMade;
    if (program.hasVerbs)
        text += uR"sh(%1_ids() {
    local -a all
    local found
    # The installed program, and not one that was typed: it may be of anybody's making.
    # shellcheck disable=SC2086
    mapfile -t all < <(command %3 $1 --json "${where[@]}" 2>/dev/null |
        %2)
    for found in "${all[@]}"; do
        [[ $found == "$cur"* ]] && COMPREPLY+=("$(printf '%q' "$found")")
    done
}

)sh"_s.arg(function, kMembers, program.name);
    text += uR"sh(%1() {
    local cur=${COMP_WORDS[COMP_CWORD]}
    COMPREPLY=()
    case ${COMP_WORDS[COMP_CWORD-1]} in
%2    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '%3' -- "$cur")
        return
    fi
)sh"_s.arg(function,
           bashValues(namesOf(program, isDirectory),
                      u"mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); "_s) +
               bashValues(namesOf(program, isFile),
                          u"mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); "_s) +
               bashValues(namesOf(program, takesWord), {}),
           namesOf(program).join(u' '));
    if (program.hasVerbs) {
        text += uR"sh(    local i
    local -a where=() words=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
        --sandbox) where+=(--sandbox) ;;
        --data-dir) where+=(--data-dir "${COMP_WORDS[i+1]}"); i=$((i + 1)) ;;
        %1) i=$((i + 1)) ;;
        -*) ;;
        *) words+=("${COMP_WORDS[i]}") ;;
        esac
    done
    case "${words[*]}" in
)sh"_s.arg((namesOf(program, isFile) + namesOf(program, takesWord)).join(u" | "_s));
        text += bashOffer(u"''"_s, firstWords());
        for (const QString &first : firstWords()) {
            if (const QStringList second = secondWords(first); !second.isEmpty())
                text += bashOffer(quoted(first), second);
        }
        text += idCases(function) + u"    esac\n"_s;
    }
    return text + u"}\ncomplete -F %1 %2\n"_s.arg(function, program.name);
}

QString zshCompletion(const Program &program)
{
    const QString function = functionOf(program);
    QString text = u"#compdef %1\n"_s.arg(program.name) + kMade;
    QString options;
    for (const QCommandLineOption &option : program.options)
        options += zshOption(option);
    if (!program.hasVerbs)
        return text + u"_arguments \\\n%1        && return\n"_s.arg(options);

    text += uR"sh(%1_ids() {
    local answer
    local -a where
    (( ${+opt_args[--sandbox]} )) && where+=(--sandbox)
    (( ${+opt_args[--data-dir]} )) && where+=(--data-dir ${(Q)opt_args[--data-dir]})
    answer=$(command $program ${=1} --json $where 2>/dev/null | %2)
    compadd -- ${(f)answer}
}

%1() {
    local -a verbs typed line
    local curcontext=$curcontext state program=%4
    typeset -A opt_args
    _arguments -C \
%3        '*::command:->commands' && return
    [[ $state == commands ]] || return
    typed=(${words[1,CURRENT-1]:#-*})
    case "${(j: :)typed}" in
)sh"_s.arg(function, kMembers, options, program.name);
    text += zshOffer({}, firstWords());
    for (const QString &first : firstWords()) {
        if (const QStringList second = secondWords(first); !second.isEmpty())
            text += zshOffer(first, second);
    }
    return text + idCases(function) + u"    esac\n}\n%1 \"$@\"\n"_s.arg(function);
}

QString fishCompletion(const Program &program)
{
    const QString function = u'_' + functionOf(program);
    QString text = kMade + u"complete -c %1 -f\n"_s.arg(program.name);
    for (const QCommandLineOption &option : program.options)
        text += fishOption(program, option);
    if (!program.hasVerbs)
        return text;
    text += uR"sh(
# The words of the command so far, without options.
function %1_words
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch $word
            case %2
                set skip 1
            case '-*'
            case '*'
                echo $word
        end
    end
end
function %1_at
    set -l typed (%1_words)
    test "$typed" = "$argv[1]"
end
function %1_ids
    set -l words (commandline -opc)
    set -l where
    contains -- --sandbox $words; and set -a where --sandbox
    set -l at (contains -i -- --data-dir $words); and set -a where --data-dir $words[(math $at + 1)]
    command %3 (string split ' ' -- $argv[1]) --json $where 2>/dev/null |
        string match -rga '"'$argv[2]'":"([^"\\\\]*)"'
end

)sh"_s.arg(function,
           (namesOf(program, isDirectory) + namesOf(program, isFile) + namesOf(program, takesWord))
               .join(u' '),
           program.name);
    const auto offer = [&](const QString &behind, const QString &word, const QString &summary) {
        text +=
            u"complete -c %1 -n \"%2_at '%3'\" -a %4"_s.arg(program.name, function, behind, word);
        text += summary.isEmpty() ? u"\n"_s : u" -d %1\n"_s.arg(fishQuoted(summary));
    };
    for (const QString &first : firstWords()) {
        offer({}, first, summaryOf(first));
        for (const QString &second : secondWords(first))
            offer(first, second, summaryOf(first + u' ' + second));
    }
    const auto verbs = verbsWithIds();
    for (auto it = verbs.begin(); it != verbs.end(); ++it) {
        for (const QString &verb : it.value())
            offer(verb, u"\"(%1_ids '%2' %3)\""_s.arg(function, it.key().first, it.key().second),
                  {});
    }
    return text;
}

} // namespace flaredeck::shellfiles
