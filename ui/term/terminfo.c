#include "ui/term/terminfo.h"

#include <curses.h>
#include <term.h>

bool terminfo_look(const char *type, int fd, bool *ansi)
{
	const char *place;
	int result = 0;
	bool usable;

	if (setupterm(type, fd, &result) != OK || result != 1)
		return false;
	place = tigetstr("cup");
	usable = place != NULL && place != (char *)-1 && place[0] != '\0' && tigetflag("gn") != 1 &&
		 tigetflag("hc") != 1;
	*ansi = usable && place[0] == '\033' && place[1] == '[';
	del_curterm(cur_term);
	return usable;
}
