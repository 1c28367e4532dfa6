// What happens where the heap has no memory left.
#pragma once

namespace trm::cli {

/// Until this is called, by main(), nobody can catch anything: operator new then ends the process with a message and
/// exit status 4. Afterwards it throws a std::bad_alloc whose what() is "out of memory: N bytes refused". An exception
/// that nobody can catch (from a destructor, say) ends the process in the same way instead of aborting it.
void begin_throwing();

}  // namespace trm::cli
