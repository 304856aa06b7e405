#include "app/shellfiles/program.h"

namespace flaredeck::shellfiles {

using namespace Qt::StringLiterals;

namespace {

/// Text of man(7): what has a meaning there is escaped.
QString roff(QString text)
{
    text.replace(u'\\', uR"(\e)"_s).replace(u'-', uR"(\-)"_s).replace(u'`', u'\'');
    return text.startsWith(u'.') || text.startsWith(u'\'') ? uR"(\&)"_s + text : text;
}

/// Sources of manuals have short lines; where they end does not show.
QString filled(const QString &text)
{
    constexpr qsizetype kWidth = 76;
    QString lines;
    qsizetype width = 0;
    const QStringList words = text.split(u' ');
    for (const QString &word : words) {
        const QString next = roff(word);
        if (width > 0)
            lines += width + next.size() > kWidth ? u'\n' : u' ';
        width = lines.endsWith(u'\n') ? next.size() : width + 1 + next.size();
        lines += next;
    }
    return lines;
}

QString bold(const QString &text)
{
    return uR"(\fB%1\fR)"_s.arg(roff(text));
}

QString italic(const QString &text)
{
    return uR"(\fI%1\fR)"_s.arg(roff(text));
}

QString entry(const QString &term, const QString &text)
{
    return u".TP\n%1\n%2\n"_s.arg(term, filled(text));
}

QString optionEntry(const QCommandLineOption &option)
{
    QStringList names;
    const QStringList own = option.names();
    for (const QString &name : own)
        names << bold(dashed(name)) +
                     (option.valueName().isEmpty() ? QString() : u' ' + italic(option.valueName()));
    return entry(names.join(u", "_s), option.description());
}

QString verbEntry(const service::LocalVerb &verb)
{
    QString term = bold(QString::fromLatin1(verb.words));
    if (verb.takesArgument())
        term += u' ' + italic(QString::fromLatin1(verb.argument));
    if (verb.lists)
        term += u" [%1] [%2 %3]"_s.arg(bold(u"-f"_s), bold(u"-n"_s), italic(u"COUNT"_s));
    if (verb.isOfClient)
        term += u" [%1 %2]"_s.arg(bold(u"--client"_s), italic(u"CLIENT"_s));
    return entry(term, QString::fromLatin1(verb.summary));
}

const QString kBehaviour =
    uR"(A command goes to the Flaredeck that runs with the same data directory.
Give \fB\-\-sandbox\fR or \fB\-\-data\-dir\fR as the running one has them.
Of an ID the first characters will do.
With \fB\-\-json\fR the answer is one line of JSON;
what follows with \fB\-f\fR is one object a line.
.PP
No command gives an MCP client access: a person is asked for that,
in the window or on the terminal of
.BR flaredeck\-core .
A secret is read from standard input, never from the command line,
which other programs can read.
)"_s;

const QString kExit = uR"(.SH EXIT STATUS
.TP
.B 0
The command was carried out. Of \fBdoctor\fR: everything is well.
.TP
.B 1
It failed, or the program could not start. Of \fBdoctor\fR: there is a problem.
.TP
.B 2
The command line is wrong.
.TP
.B 3
Flaredeck does not run with this data directory.
\fBdoctor\fR has printed what it could see.
.TP
.B 4
The command was refused.
)"_s;

const QString kFiles = uR"(.SH FILES
The data directory is \fI~/.local/share/flaredeck\fR,
or \fI~/.local/share/flaredeck\-sandbox\fR with \fB\-\-sandbox\fR;
\fB\-\-data\-dir\fR names another.
It belongs to the user alone.
)"_s;

const QString kExamples = uR"(.SH EXAMPLES
Sign in on a computer without a screen, through a tunnel to its port:
.PP
.EX
ssh \-L 8788:localhost:8788 server flaredeck\-core sign\-in
.EE
.PP
Add an API token that a password manager prints:
.PP
.EX
pass show api-token | flaredeck\-core token add
.EE
.PP
Watch what clients do:
.PP
.EX
flaredeck\-core calls \-f
.EE
)"_s;

} // namespace

QString manual(const Program &program)
{
    QString text =
        u".\\\" Made from the tables of the program; changes are lost.\n"
        ".TH %1 1 \"\" \"Flaredeck %2\" \"User Commands\"\n.SH NAME\n%3 \\- %4\n"
        ".SH SYNOPSIS\n.B %3\n[\\fIOPTION\\fR]...\n"_s.arg(
            program.name.toUpper().replace(u'-', uR"(\-)"_s), QStringLiteral(FLAREDECK_VERSION),
            roff(program.name),
            roff(program.hasVerbs ? u"lend a Cloudflare sign-in to MCP clients"_s
                                  : u"connect an MCP host over standard input and output"_s));
    if (program.hasVerbs)
        text += u".br\n.B %1\n\\fICOMMAND\\fR [\\fIOPTION\\fR]...\n"_s.arg(roff(program.name));
    text += u".SH DESCRIPTION\n%1\n"_s.arg(filled(program.purpose));
    if (program.hasVerbs)
        text += u".PP\nWithout a command it runs: %1\n"_s.arg(
            program.name == "flaredeck"_L1 ? u"with a window and an icon in the tray."_s
                                           : u"without a window, until it gets a signal to end."_s);
    text += u".SH OPTIONS\n"_s;
    for (const QCommandLineOption &option : program.options)
        text += optionEntry(option);
    if (!program.hasVerbs)
        return text + u".SH SEE ALSO\n.BR flaredeck (1),\n.BR flaredeck\\-core (1)\n"_s;
    text += u".SH COMMANDS\n"_s + kBehaviour;
    for (const service::LocalVerb &verb : service::localVerbs())
        text += verbEntry(verb);
    text += kExit + kFiles + kExamples + u".SH SEE ALSO\n"_s;
    return text +
           (program.name == "flaredeck"_L1 ? u".BR flaredeck\\-core (1),\n"_s
                                           : u".BR flaredeck (1),\n"_s) +
           u".BR flaredeck\\-bridge (1)\n"_s;
}

} // namespace flaredeck::shellfiles
