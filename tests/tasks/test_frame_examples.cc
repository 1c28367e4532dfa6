#include <doctest/doctest.h>

#include <set>
#include <string>

#include "tasks/frames/function.h"
#include "tests/support/annotated_frame.h"

namespace test_frame_examples {

using namespace trm;
using namespace trm::tasks;

namespace {

struct Example {
  const char* frame;
  const char* emitted;
};

/// Every way that a function can go, what is appended in brackets.
constexpr Example kExamples[] = {
    {"FACT 0 , X END RET X END", ""},
    {"FACT 3 , X END SPAWN FACT 2 , X END [A END] SPAWN MUL 3 , A END [B END] RET B END", ""},
    // 20: units 0, tens 2
    {"FACT 0 2 , X END SPAWN FACT 9 1 , X END [A END] SPAWN MUL 0 , A END [B END] SPAWN MUL 2 , A END [C END] "
     "SPAWN SHIFT C END [D END] SPAWN ADD B , D END [E END] RET E END",
     ""},
    // 7 * 58 = 406
    {"MUL 7 , X END READ [8] 7 EMIT 6 5 READ [5] 7 EMIT 0 4 READ [$] EMIT 4 RET END", "6 0 4"},
    {"MUL 1 , X END READ [4] 1 EMIT 4 0 READ [$] RET END", "4"},
    {"MUL 0 , X END EMIT 0 RET END", "0"},
    {"SHIFT X END EMIT 0 READ [5] EMIT 5 READ [2] EMIT 2 READ [$] RET END", "0 5 2"},
    // 95 + 7 = 102
    {"ADD X , Y END READ [5 7] EMIT 2 1 READ [9 $] EMIT 0 1 READ [$ $] EMIT 1 RET END", "2 0 1"},
    {"ADD X , Y END READ [0 0] EMIT 0 0 READ [$ $] RET END", "0"},
    {"ADD X , Y END READ [1 2] EMIT 3 0 READ [$ 4] EMIT 4 0 READ [$ $] RET END", "3 4"},
    {"ADD X , Y END READ [5 7] EMIT 2 1 READ [9 $] EMIT 0 1 READ [1 $] EMIT 2 0 READ [1 $] EMIT 1 0 READ [1 $] EMIT 1 "
     "0 "
     "READ [1 $] EMIT 1 0 READ [1 $] EMIT 1 0 READ [9 $] EMIT 9 0 CALL ADDC 0 , X , Y , O END [END] RET END",
     "2 0 2 1 1 1 1 9"},
    {"ADDC 1 , X , Y , O END READ [$ $] EMIT 1 RET END", "1"},
    {"ADDC 0 , X , Y , O END READ [$ $] RET END", ""},
    {"ADDC 1 , X , Y , O END READ [9 1] EMIT 1 1 READ [9 $] EMIT 0 1 READ [9 $] EMIT 0 1 READ [9 $] EMIT 0 1 READ [9 "
     "$] "
     "EMIT 0 1 READ [9 $] EMIT 0 1 READ [9 $] EMIT 0 1 READ [9 $] EMIT 0 1 CALL ADDC 1 , X , Y , O END [END] RET END",
     "1 0 0 0 0 0 0 0"},
    {"MULC 7 , 6 , X , O END READ [5] 7 EMIT 1 4 READ [$] EMIT 4 RET END", "1 4"},
    {"MULC 2 , 1 , X , O END READ [5] 2 EMIT 1 1 READ [1] 2 EMIT 3 0 READ [1] 2 EMIT 2 0 READ [1] 2 EMIT 2 0 READ [1] "
     "2 "
     "EMIT 2 0 READ [1] 2 EMIT 2 0 READ [1] 2 EMIT 2 0 READ [6] 2 EMIT 2 1 CALL MULC 2 , 1 , X , O END [END] RET END",
     "1 3 2 2 2 2 2 2"},
    {"COPY X , O END READ [5] EMIT 5 READ [2] EMIT 2 READ [$] RET END", "5 2"},
    {"COPY X , O END READ [1] EMIT 1 READ [2] EMIT 2 READ [3] EMIT 3 READ [4] EMIT 4 READ [5] EMIT 5 READ [6] EMIT 6 "
     "READ [7] EMIT 7 READ [8] EMIT 8 CALL COPY X , O END [END] RET END",
     "1 2 3 4 5 6 7 8"},
    {"POW 0 , 7 , X END RET X END", ""},
    {"POW 0 1 , 7 , X END SPAWN POW 9 , 7 , X END [A END] SPAWN MUL 7 , A END [B END] RET B END", ""},
    {"LIST X END READ [$] RET 0 END", ""},
    {"LIST X END READ [2] READ [4] READ [;] CALL LIST X END [8 5 END] CALL PLUS 2 4 , 8 5 END [0 0 1 END] "
     "RET 0 0 1 END",
     ""},
    {"PLUS 8 9 , 5 END RET 3 0 1 END", ""},
    {"PLUS 9 9 9 9 , 1 END RET 0 0 0 0 1 END", ""},
    {"MINUS 0 0 1 , 1 END 9 9 0 RET 9 9 END", ""},
    {"MINUS 5 , 5 END 0 RET 0 END", ""},
    {"MINUS 1 9 3 , 4 8 1 END 7 0 2 RET 7 0 2 END", ""},
    {"MINUS 0 5 4 , 0 5 2 END 0 0 2 RET 0 0 2 END", ""},
    {"MINUS 0 5 4 , 5 4 4 END 5 0 0 RET 5 END", ""},
    {"MINUS 3 , 4 END 9 RET 0 END", ""},
    {"MINUS 5 , 4 1 END 1 9 RET 0 END", ""},
    {"LESS 9 9 , 0 0 1 END NO NO YES RET YES END", ""},
    {"LESS 7 , 7 END NO RET NO END", ""},
    {"LESS 2 5 1 , 3 5 1 END YES YES YES RET YES END", ""},
    {"GCD 2 1 , 0 END RET 2 1 END", ""},
    {"GCD 0 , 0 END RET 0 END", ""},
    {"GCD 8 , 8 END CALL LESS 8 , 8 END [NO END] CALL MINUS 8 , 8 END [0 END] CALL GCD 0 , 8 END [8 END] RET 8 END",
     ""},
    {"GCD 8 , 2 1 END CALL LESS 8 , 2 1 END [YES END] CALL GCD 2 1 , 8 END [4 END] RET 4 END", ""},
    {"GCD 2 1 , 8 END CALL LESS 2 1 , 8 END [NO END] CALL MINUS 2 1 , 8 END [4 END] CALL GCD 4 , 8 END [4 END] RET 4 "
     "END",
     ""},
    {"FIB 0 , X , Y END RET X END", ""},
    {"FIB 1 , X , Y END RET Y END", ""},
    {"FIB 0 1 , X , Y END SPAWN FIB 9 , X , Y END [A END] SPAWN FIB 8 , X , Y END [B END] SPAWN ADD A , B END [C END] "
     "RET C END",
     ""},
    {"PRE X , O END READ [.] RET END", ""},
    {"PRE X , O END READ [5] EMIT 5 CALL PRE X , O END [END] CALL PRE X , O END [END] RET END", "5"},
    {"IN X , O END READ [.] RET END", ""},
    {"IN X , O END READ [5] CALL IN X , O END [END] EMIT 5 CALL IN X , O END [END] RET END", "5"},
    {"POST X , O END READ [.] RET END", ""},
    {"POST X , O END READ [5] CALL POST X , O END [END] CALL POST X , O END [END] EMIT 5 RET END", "5"},
    {"LEVEL 9 , X , O END CALL AT 9 , FRESH X , O END [YES END] CALL LEVEL 0 1 , X , O END [END] RET END", ""},
    {"LEVEL 2 , X , O END CALL AT 2 , FRESH X , O END [NO END] RET END", ""},
    {"AT 0 , X , O END READ [.] RET NO END", ""},
    {"AT 0 , X , O END READ [4] EMIT 4 CALL SKIP X END [END] CALL SKIP X END [END] RET YES END", "4"},
    {"AT 3 , X , O END READ [4] CALL AT 2 , X , O END [NO END] CALL AT 2 , X , O END [YES END] RET YES END", ""},
    {"AT 0 1 , X , O END READ [4] CALL AT 9 , X , O END [NO END] CALL AT 9 , X , O END [NO END] RET NO END", ""},
    {"SKIP X END READ [.] RET END", ""},
    {"SKIP X END READ [3] CALL SKIP X END [END] CALL SKIP X END [END] RET END", ""},
    {"HEIGHT X END READ [.] RET 0 END", ""},
    {"HEIGHT X END READ [3] CALL HEIGHT X END [9 END] CALL HEIGHT X END [2 END] CALL LESS 9 , 2 END [NO END] RET 0 1 "
     "END",
     ""},
    {"TOTAL X END READ [.] RET 0 END", ""},
    {"TOTAL X END READ [3] CALL TOTAL X END [9 END] CALL TOTAL X END [2 1 END] CALL PLUS 9 , 2 1 END [1 2 END] "
     "CALL PLUS 3 , 1 2 END [4 2 END] RET 4 2 END",
     ""},
    {"EXPR X END READ [)] RET ) END", ""},
    {"EXPR X END READ [2] READ [4] READ [;] RET 2 4 END", ""},
    {"EXPR X END READ [MAX] CALL EXPR X END [7 END] CALL REST MAX , 7 , X END [8 END] RET 8 END", ""},
    {"EXPR X END READ [MED] CALL EXPR X END [7 END] CALL EXPR X END [0 1 END] CALL EXPR X END [8 END] "
     "CALL EXPR X END [) END] CALL MED 7 , 0 1 , 8 END [8 END] RET 8 END",
     ""},
    {"MED 7 , 0 1 , 8 END CALL LESS 7 , 0 1 END [YES END] CALL LESS 0 1 , 8 END [NO END] CALL LESS 7 , 8 END [YES END] "
     "RET 8 END",
     ""},
    {"MED 7 , 8 , 9 END CALL LESS 7 , 8 END [YES END] CALL LESS 8 , 9 END [YES END] CALL LESS 7 , 9 END [YES END] "
     "RET 8 END",
     ""},
    {"MED 7 , 3 , 9 END CALL LESS 7 , 3 END [NO END] CALL LESS 3 , 9 END [YES END] CALL LESS 7 , 9 END [YES END] "
     "RET 7 END",
     ""},
    {"REST MIN , 4 , X END CALL EXPR X END [) END] RET 4 END", ""},
    {"REST MIN , 4 , X END CALL EXPR X END [0 1 END] CALL LESS 4 , 0 1 END [YES END] CALL REST MIN , 4 , X END [2 END] "
     "RET 2 END",
     ""},
    {"REST MAX , 4 , X END CALL EXPR X END [0 1 END] CALL LESS 4 , 0 1 END [YES END] CALL REST MAX , 0 1 , X END [0 1 "
     "END] RET 0 1 END",
     ""},
    {"REST SUM , 4 , X END CALL EXPR X END [7 END] CALL PLUS 4 , 7 END [1 1 END] CALL REST SUM , 1 1 , X END [1 1 END] "
     "RET 1 1 END",
     ""},
    {"HANOI 0 , a , b , c , O END RET END", ""},
    {"HANOI 3 , a , b , c , O END CALL HANOI 2 , a , c , b , O END [END] EMIT a EMIT c CALL HANOI 2 , b , a , c , O "
     "END "
     "[END] RET END",
     "a c"},
    {"ACK 0 , 9 9 END RET 0 0 1 END", ""},
    {"ACK 2 , 0 END CALL ACK 1 , 1 END [3 END] RET 3 END", ""},
    {"ACK 2 , 0 1 END CALL ACK 2 , 9 END [1 2 END] CALL ACK 1 , 1 2 END [3 2 END] RET 3 2 END", ""},
    {"M91 1 0 1 END RET 1 9 END", ""},
    {"M91 0 0 1 END CALL M91 1 1 1 END [1 0 1 END] CALL M91 1 0 1 END [1 9 END] RET 1 9 END", ""},
    {"TAK 5 , 5 , 7 END CALL LESS 5 , 5 END [NO END] RET 7 END", ""},
    {"TAK 0 1 , 5 , 3 END CALL LESS 5 , 0 1 END [YES END] CALL TAK 9 , 5 , 3 END [4 END] CALL TAK 4 , 3 , 0 1 END [1 1 "
     "END] CALL TAK 2 , 0 1 , 5 "
     "END "
     "[6 END] CALL TAK 4 , 1 1 , 6 END [6 END] RET 6 END",
     ""},
    {"EVEN 0 END RET YES END", ""},
    {"EVEN 0 2 END CALL ODD 9 1 END [YES END] RET YES END", ""},
    {"ODD 0 END RET NO END", ""},
    {"ODD 3 END CALL EVEN 2 END [YES END] RET YES END", ""},
    {"RUN f , 7 , X END READ [f] CALL EVAL 7 , X END [3 1 END] RET 3 1 END", ""},
    {"RUN g , 0 1 , X END READ [f] CALL OVER X END [END] READ [g] CALL EVAL 0 1 , X END [3 END] RET 3 END", ""},
    {"TRACE g , 0 1 , X , O END EMIT g EMIT 0 EMIT 1 EMIT ; READ [g] CALL WALK 0 1 , X , O END [3 END] RET 3 END",
     "g 0 1 ;"},
    {"EVAL 7 , X END READ [2] READ [4] READ [;] RET 2 4 END", ""},
    {"EVAL 7 1 , X END READ [n] RET 7 1 END", ""},
    {"EVAL 7 , X END READ [PLUS] CALL EVAL 7 , X END [8 END] CALL EVAL 7 , X END [5 END] CALL PLUS 8 , 5 END [3 1 END] "
     "RET 3 1 END",
     ""},
    {"EVAL 7 , X END READ [MAX] CALL EVAL 7 , X END [8 END] CALL EVAL 7 , X END [5 END] CALL LESS 8 , 5 END [NO END] "
     "RET 8 END",
     ""},
    {"EVAL 7 , X END READ [MIN] CALL EVAL 7 , X END [8 END] CALL EVAL 7 , X END [5 END] CALL LESS 8 , 5 END [NO END] "
     "RET 5 END",
     ""},
    {"EVAL 7 , X END READ [MINUS] READ [2] READ [;] CALL EVAL 7 , X END [7 END] CALL MINUS 7 , 2 END [5 END] RET 5 END",
     ""},
    {"EVAL 7 , X END READ [TIMES] READ [2] READ [;] CALL EVAL 7 , X END [7 END] CALL TIMES 2 , 7 END [4 1 END] "
     "RET 4 1 END",
     ""},
    {"EVAL 7 , X END READ [MOD] READ [0] READ [1] READ [;] CALL EVAL 7 , X END [2 1 END] CALL MOD 2 1 , 0 1 END [2 "
     "END] "
     "RET 2 END",
     ""},
    {"EVAL 7 , X END READ [g] CALL EVAL 7 , X END [6 END] CALL RUN g , 6 , FRESH X END [9 END] RET 9 END", ""},
    {"EVAL 7 , X END READ [IF] READ [LESS] READ [3] READ [;] CALL LESS 7 , 3 END [NO END] CALL OVER X END [END] "
     "CALL EVAL 7 , X END [1 END] RET 1 END",
     ""},
    {"EVAL 2 , X END READ [IF] READ [LESS] READ [3] READ [;] CALL LESS 2 , 3 END [YES END] CALL EVAL 2 , X END [1 END] "
     "RET 1 END",
     ""},
    {"EVAL 3 , X END READ [IF] READ [SAME] READ [3] READ [;] CALL SAME 3 , 3 END [YES END] CALL EVAL 3 , X END [1 END] "
     "RET 1 END",
     ""},
    {"EVAL 4 , X END READ [IF] READ [SAME] READ [3] READ [;] CALL SAME 4 , 3 END [NO END] CALL OVER X END [END] CALL "
     "EVAL 4 , X END [1 END] RET 1 END",
     ""},
    {"WALK 7 , X , O END READ [g] CALL WALK 7 , X , O END [6 END] CALL TRACE g , 6 , FRESH X , O END [9 END] RET 9 "
     "END",
     ""},
    {"OVER X END READ [n] RET END", ""},
    {"OVER X END READ [2] READ [4] READ [;] RET END", ""},
    {"OVER X END READ [MAX] CALL OVER X END [END] CALL OVER X END [END] RET END", ""},
    {"OVER X END READ [MOD] READ [7] READ [;] CALL OVER X END [END] RET END", ""},
    {"OVER X END READ [f] CALL OVER X END [END] RET END", ""},
    {"OVER X END READ [IF] READ [LESS] READ [7] READ [;] CALL OVER X END [END] CALL OVER X END [END] RET END", ""},
    {"ORDER f , 7 , X END CALL TRACE f , 7 , X , O END [8 END] RET END", ""},
    {"CALLS f , 7 , X END SPAWN ORDER f , 7 , X END [A END] CALL LENGTH 0 , A END [8 END] RET 8 END", ""},
    {"ENDS f , 7 , X END CALL RUN f , 7 , X END [8 END] RET YES END", ""},
    {"LENGTH 9 , X END READ [$] RET 9 END", ""},
    {"LENGTH 9 , X END READ [f] READ [3] READ [;] 1 READ [g] READ [0] READ [1] READ [;] 2 READ [$] "
     "CALL PLUS 9 , 2 END [1 1 END] RET 1 1 END",
     ""},
    {"LENGTH 0 , X END READ [f] READ [3] READ [;] 1 READ [f] READ [2] READ [;] 2 READ [f] READ [1] READ [;] 3 "
     "READ [f] READ [0] READ [;] 4 CALL PLUS 0 , 4 END [4 END] CALL LENGTH 4 , X END [5 END] RET 5 END",
     ""},
    {"TIMES 0 , 7 END RET 0 END", ""},
    {"TIMES 1 , 7 END RET 7 END", ""},
    {"TIMES 3 , 7 END CALL TIMES 2 , 7 END [4 1 END] CALL PLUS 4 1 , 7 END [1 2 END] RET 1 2 END", ""},
    {"MOD 6 , 7 END CALL LESS 6 , 7 END [YES END] RET 6 END", ""},
    {"MOD 8 , 7 END CALL LESS 8 , 7 END [NO END] CALL MINUS 8 , 7 END [1 END] CALL MOD 1 , 7 END [1 END] RET 1 END",
     ""},
    {"FIND OLDER , 7 , X END READ [$] RET . END", ""},
    // 7 is older than 12
    {"FIND OLDER , 7 , X END READ [OLDER] 1 READ [7] READ [;] READ [2] READ [1] READ [;] CALL SAME 7 , 7 END [YES END] "
     "RET 2 1 END",
     ""},
    // 12 is younger than 7
    {"FIND OLDER , 7 , X END READ [YOUNGER] 2 READ [2] READ [1] READ [;] READ [7] READ [;] CALL SAME 7 , 7 END [YES "
     "END] RET 2 1 END",
     ""},
    {"FIND YOUNGER , 7 , X END READ [YOUNGER] 1 READ [2] READ [1] READ [;] READ [7] READ [;] CALL SAME 2 1 , 7 END [NO "
     "END] CALL FIND YOUNGER , 7 , X END [. END] RET . END",
     ""},
    {"FIND OLDER , 7 , X END READ [TALLER] . READ [7] READ [;] READ [2] READ [;] CALL FIND OLDER , 7 , X END [3 2 END] "
     "RET 3 2 END",
     ""},
    // the box 0 holds the key 1
    {"FIND INSIDE , 1 , X END READ [HOLDS] 2 READ [0] READ [;] READ [1] READ [;] CALL SAME 1 , 1 END [YES END] RET 0 "
     "END",
     ""},
    // 3 is the father of 4; the mother of 3 is 4
    {"FIND PARENTOF , 4 , X END READ [FATHER] 2 READ [3] READ [;] READ [4] READ [;] CALL SAME 4 , 4 END [YES END] RET "
     "3 END",
     ""},
    {"FIND PARENTOF , 4 , X END READ [MOTHEROF] 1 READ [3] READ [;] READ [4] READ [;] CALL SAME 3 , 4 END [NO END] "
     "CALL FIND PARENTOF , 4 , X END [5 END] RET 5 END",
     ""},
    {"FIND FATHEROF , 4 , X END READ [MOTHEROF] . READ [4] READ [;] READ [5] READ [;] CALL FIND FATHEROF , 4 , X END "
     "[6 END] RET 6 END",
     ""},
    {"SAME 2 1 , 2 1 END YES YES RET YES END", ""},
    {"SAME 2 1 , 3 1 END NO NO RET NO END", ""},
    {"SAME 2 , 2 1 END YES NO RET NO END", ""},
    {"SAME 2 1 , 2 END YES NO RET NO END", ""},
    {"WHO 1 , 8 , X END CALL FIND MOTHEROF , 8 , X END [0 2 END] RET 0 2 END", ""},
    {"WHO 2 , 8 , X END CALL FIND FATHEROF , 8 , X END [. END] RET . END", ""},
    {"WHO 0 2 , 8 , X END CALL FIND PARENTOF , 8 , X END [5 END] CALL WHO 2 , 5 , FRESH X END [9 END] RET 9 END", ""},
    {"WHO 0 0 1 , 8 , X END CALL FIND PARENTOF , 8 , X END [5 END] CALL WHO 0 1 , 5 , FRESH X END [. END] CALL WHO 0 0 "
     "1 , 8 , X END [4 END] RET 4 END",
     ""},
    {"ROOM 3 , X END CALL FIND INSIDE , 3 , X END [. END] RET 3 END", ""},
    {"ROOM 3 , X END CALL FIND INSIDE , 3 , X END [0 1 END] CALL ROOM 0 1 , FRESH X END [2 END] RET 2 END", ""},
    {"LINK PARTOF , 3 , 4 , X END CALL FIND PARTOF , 3 , X END [. END] RET NO END", ""},
    {"LINK PARTOF , 3 , 4 , X END CALL FIND PARTOF , 3 , X END [4 END] CALL SAME 4 , 4 END [YES END] RET YES END", ""},
    {"LINK OLDER , 3 , 4 , X END CALL FIND OLDER , 3 , X END [5 END] CALL SAME 5 , 4 END [NO END] CALL LINK OLDER , 5 "
     ", "
     "4 , FRESH X END [YES END] RET YES END",
     ""},
    {"LINK OLDER , 3 , 4 , X END CALL FIND OLDER , 3 , X END [5 END] CALL SAME 5 , 4 END [NO END] CALL LINK OLDER , 5 "
     ", "
     "4 , FRESH X END [NO END] CALL LINK OLDER , 3 , 4 , X END [NO END] RET NO END",
     ""},
    {"PROOF 1 , 2 , 0 , X END READ [$] RET YES END", ""},
    {"PROOF 9 , 2 , 0 , X END READ [LINE] CALL CHECK 2 , 0 , X END [NO END] RET 9 END", ""},
    {"PROOF 9 , 2 , 0 , X END READ [LINE] CALL CHECK 2 , 0 , X END [YES END] CALL PROOF 0 1 , 2 , 0 , X END [YES END] "
     "RET YES END",
     ""},
    {"PROOF 9 9 , 2 , 0 , X END READ [LINE] CALL CHECK 2 , 0 , X END [YES END] CALL PROOF 0 0 1 , 2 , 0 , X END [2 0 1 "
     "END] RET 2 0 1 END",
     ""},
    {"CHECK 2 , 7 , X END READ [.] RET YES END", ""},
    {"CHECK 2 , 7 , X END READ [=] SPAWN VALUE 2 , 7 , X END [A END] SPAWN VALUE 2 , 7 , X END [B END] CALL EQUAL A , "
     "B END [NO END] RET NO END",
     ""},
    {"CHECK 2 , 7 , X END READ [ABOVE] SPAWN VALUE 2 , 7 , X END [A END] SPAWN VALUE 2 , 7 , X END [B END] CALL BELOW "
     "0 , B , A END [YES END] CALL CHECK 2 , 7 , X END [YES END] RET YES END",
     ""},
    {"CHECK 2 , 7 , X END READ [DIVIDES] CALL EVAL 2 , X END [5 END] SPAWN VALUE 2 , 7 , X END [A END] CALL REM 5 , A "
     "END [0 END] CALL CHECK 2 , 7 , X END [NO END] RET NO END",
     ""},
    {"CHECK 2 , 7 , X END READ [DIVIDES] CALL EVAL 2 , X END [5 END] SPAWN VALUE 2 , 7 , X END [A END] CALL REM 5 , A "
     "END [3 END] RET NO END",
     ""},
    {"CHECK 2 , 7 , X END READ [SAME] CALL EVAL 2 , X END [3 END] CALL EVAL 2 , X END [4 1 END] CALL SAME 3 , 4 1 END "
     "[NO END] RET NO END",
     ""},
    {"CHECK 2 , 7 , X END READ [LESS] CALL EVAL 2 , X END [3 END] CALL EVAL 2 , X END [4 1 END] CALL LESS 3 , 4 1 END "
     "[YES END] CALL CHECK 2 , 7 , X END [YES END] RET YES END",
     ""},
    {"VALUE 2 , 7 , X END READ [5] EMIT 5 READ [;] RET END", "5"},
    {"VALUE 2 , 7 , X END READ [0] EMIT 0 READ [1] EMIT 1 READ [2] EMIT 2 READ [3] EMIT 3 READ [4] EMIT 4 READ [5] "
     "EMIT 5 READ [6] EMIT 6 READ [7] EMIT 7 CALL NUM X , O END [END] RET END",
     "0 1 2 3 4 5 6 7"},
    {"VALUE 2 1 , 7 , X END READ [n] EMIT 2 EMIT 1 RET END", "2 1"},
    {"VALUE 2 , 7 3 , X END READ [m] EMIT 7 EMIT 3 RET END", "7 3"},
    {"VALUE 2 , 7 , X END READ [PLUS] SPAWN VALUE 2 , 7 , X END [A END] SPAWN VALUE 2 , 7 , X END [B END] SPAWN ADD A "
     ", B END [C END] RET C END",
     ""},
    {"VALUE 2 , 7 , X END READ [MINUS] SPAWN VALUE 2 , 7 , X END [A END] SPAWN VALUE 2 , 7 , X END [B END] SPAWN SUB A "
     ", B END [C END] RET C END",
     ""},
    {"VALUE 2 , 7 , X END READ [TIMES] CALL EVAL 2 , X END [3 1 END] SPAWN VALUE 2 , 7 , X END [A END] SPAWN SCALE 3 1 "
     ", A END [B END] RET B END",
     ""},
    {"VALUE 2 , 7 , X END READ [AT] CALL EVAL 2 , X END [3 END] SPAWN VALUE 3 , 7 , X END [A END] RET A END", ""},
    {"VALUE 2 , 7 , X END READ [POW] READ [3] READ [;] READ [n] SPAWN VALUE 2 , 7 , X END [A END] SPAWN RAISE 2 , 3 , "
     "A END [B END] RET B END",
     ""},
    {"VALUE 2 , 7 , X END READ [POW] READ [n] READ [4] READ [1] READ [;] SPAWN VALUE 2 , 7 , X END [A END] SPAWN RAISE "
     "4 1 , 2 , A END [B END] RET B END",
     ""},
    {"NUM X , O END READ [;] RET END", ""},
    {"NUM X , O END READ [4] EMIT 4 READ [0] EMIT 0 READ [;] RET END", "4 0"},
    {"NUM X , O END READ [0] EMIT 0 READ [1] EMIT 1 READ [2] EMIT 2 READ [3] EMIT 3 READ [4] EMIT 4 READ [5] EMIT 5 "
     "READ [6] EMIT 6 READ [7] EMIT 7 CALL NUM X , O END [END] RET END",
     "0 1 2 3 4 5 6 7"},
    {"RAISE 0 , 5 , X END RET X END", ""},
    {"RAISE 1 , 5 , X END SPAWN MUL 5 , X END [A END] RET A END", ""},
    {"RAISE 1 , 5 1 , X END SPAWN SCALE 5 1 , X END [A END] RET A END", ""},
    {"RAISE 0 1 , 5 , X END SPAWN RAISE 9 , 5 , X END [A END] SPAWN MUL 5 , A END [B END] RET B END", ""},
    {"RAISE 2 , 5 1 , X END SPAWN RAISE 1 , 5 1 , X END [A END] SPAWN SCALE 5 1 , A END [B END] RET B END", ""},
    {"SCALE 7 , X END SPAWN MUL 7 , X END [A END] RET A END", ""},
    {"SCALE 7 2 , X END SPAWN MUL 7 , X END [A END] SPAWN MUL 2 , FRESH X END [B END] SPAWN SHIFT B END [C END] SPAWN "
     "ADD A , C END [D END] RET D END",
     ""},
    {"SCALE 7 0 1 , X END SPAWN MUL 7 , X END [A END] SPAWN SCALE 0 1 , FRESH X END [B END] SPAWN SHIFT B END [C END] "
     "SPAWN ADD A , C END [D END] RET D END",
     ""},
    {"SUB X , Y END CALL BELOW 0 , FRESH X , FRESH Y END [YES END] EMIT 0 RET END", "0"},
    {"SUB X , Y END CALL BELOW 0 , FRESH X , FRESH Y END [NO END] CALL SUBC 0 , X , Y , O END [END] RET END", ""},
    {"SUBC 0 , X , Y , O END READ [2 5] EMIT 7 1 READ [1 $] EMIT 0 0 READ [$ $] RET END", "7 0"},
    {"SUBC 1 , X , Y , O END READ [0 0] EMIT 9 1 READ [0 0] EMIT 9 1 READ [0 0] EMIT 9 1 READ [0 0] EMIT 9 1 READ [0 "
     "0] EMIT 9 1 READ [0 0] EMIT 9 1 READ [0 0] EMIT 9 1 READ [0 0] EMIT 9 1 CALL SUBC 1 , X , Y , O END [END] RET "
     "END",
     "9 9 9 9 9 9 9 9"},
    {"EQUAL X , Y END READ [2 2] READ [0 $] READ [$ $] RET YES END", ""},
    {"EQUAL X , Y END READ [2 2] READ [3 $] RET NO END", ""},
    {"EQUAL X , Y END READ [0 0] READ [1 1] READ [2 2] READ [3 3] READ [4 4] READ [5 5] READ [6 6] READ [7 7] CALL "
     "EQUAL X , Y END [NO END] RET NO END",
     ""},
    {"BELOW 0 , X , Y END READ [2 5] 1 READ [0 $] 1 READ [$ $] RET YES END", ""},
    {"BELOW 1 , X , Y END READ [2 5] 1 READ [4 3] 0 READ [$ $] RET NO END", ""},
    {"BELOW 1 , X , Y END READ [0 0] 1 READ [1 1] 1 READ [2 2] 1 READ [3 3] 1 READ [4 4] 1 READ [5 5] 1 READ [6 6] 1 "
     "READ [7 7] 1 CALL BELOW 1 , X , Y END [YES END] RET YES END",
     ""},
    {"REM 7 , X END READ [$] RET 0 END", ""},
    {"REM 7 , X END READ [5] CALL REM 7 , X END [0 END] CALL MOD 5 , 7 END [5 END] RET 5 END", ""},
    {"REM 7 , X END READ [5] CALL REM 7 , X END [3 END] CALL MOD 5 3 , 7 END [0 END] RET 0 END", ""},
};

}  // namespace

TEST_CASE("frames read as specified") {
  std::set<Token> heads;
  for (const Example& example : kExamples) {
    CAPTURE(example.frame);
    const Frame expected = test::annotated_frame(example.frame);
    test::AnnotatedWorld world(expected);
    const Result<Frame> frame = write_frame(std::span(expected.tokens).first(expected.prompt - 1), world);
    REQUIRE_MESSAGE(frame.ok(), frame.error().text());
    CHECK(to_text(frame->tokens) == to_text(expected.tokens));
    CHECK(frame->own == expected.own);
    CHECK(frame->prompt == expected.prompt);
    CHECK(to_text(world.emitted) == example.emitted);
    heads.insert(expected.tokens[0]);

    const Result<std::optional<std::size_t>> wrong = first_wrong_token(expected.tokens);
    REQUIRE(wrong.ok());
    CHECK_FALSE(wrong->has_value());
  }
  CHECK(heads.size() == all_functions().size());
}

TEST_CASE("functions are found by head and by name") {
  std::set<std::string> names;
  for (std::size_t i = 0; i < all_functions().size(); ++i) {
    const Function& function = *all_functions()[i];
    CHECK(find_function(function.head) == &function);
    const std::string name = function_name(function);
    CHECK(function_index(name) == i);
    names.insert(name);
  }
  CHECK(names.size() == all_functions().size());
  CHECK(function_index("fact") == 0);
  CHECK_FALSE(function_index("FACT").has_value());
  CHECK_FALSE(function_index("").has_value());
  CHECK(find_function(token::comma) == nullptr);
  CHECK(find_function(-1) == nullptr);
}

}  // namespace test_frame_examples
