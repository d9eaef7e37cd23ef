/* A PKCS#11 library that hands everything to a real one (TOKEN_SHIM_REAL) and misbehaves in one
 * point (TOKEN_SHIM_MODE), so that crashes and rare return values pass through a real binding.
 * Positions in the function list: PKCS #11 v2.40, section 3.6. Linux only: nothing here is packed. */
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long ULONG;
typedef struct { unsigned char major, minor; void *call[68]; } LIST;
typedef struct { ULONG type; void *value; ULONG length; } ATTRIBUTE;
enum { INITIALIZE = 0, GET_TOKEN_INFO = 6, LOGIN = 18, GET_ATTRIBUTE_VALUE = 24, SIGN = 43 };
enum { FUNCTION_FAILED = 0x6, DEVICE_REMOVED = 0x32, USER_NOT_LOGGED_IN = 0x101 };
enum { CONTEXT_SPECIFIC = 2, ALWAYS_AUTHENTICATE = 0x202, PIN_LOCKED_FLAG = 0x40000, FLAGS_AT = 96 };

static LIST *real, ours;
static int authenticated;

static int mode(const char *name) {
    const char *chosen = getenv("TOKEN_SHIM_MODE");
    return chosen && !strcmp(chosen, name);
}

static ULONG initialize(void *arguments) {
    if (mode("crash-load")) raise(SIGSEGV);
    return ((ULONG (*)(void *))real->call[INITIALIZE])(arguments);
}

static ULONG get_token_info(ULONG slot, char *info) {
    ULONG result = ((ULONG (*)(ULONG, char *))real->call[GET_TOKEN_INFO])(slot, info);
    if (!result && mode("locked")) *(ULONG *)(info + FLAGS_AT) |= PIN_LOCKED_FLAG;
    return result;
}

static ULONG login(ULONG session, ULONG user, unsigned char *pin, ULONG length) {
    if (mode("login-fails")) return FUNCTION_FAILED;
    if (user == CONTEXT_SPECIFIC && mode("asks-each-time")) {
        authenticated = 1;
        return 0;
    }
    return ((ULONG (*)(ULONG, ULONG, unsigned char *, ULONG))real->call[LOGIN])(session, user, pin, length);
}

static ULONG get_attribute_value(ULONG session, ULONG object, ATTRIBUTE *wanted, ULONG count) {
    ULONG result = ((ULONG (*)(ULONG, ULONG, ATTRIBUTE *, ULONG))real->call[GET_ATTRIBUTE_VALUE])(
        session, object, wanted, count);
    for (ULONG at = 0; at < count && mode("asks-each-time"); at++)
        if (wanted[at].type == ALWAYS_AUTHENTICATE && wanted[at].value && wanted[at].length == 1)
            *(unsigned char *)wanted[at].value = 1;
    return result;
}

static ULONG sign(ULONG session, unsigned char *data, ULONG length, unsigned char *out, ULONG *size) {
    if (mode("crash-sign")) abort();
    if (mode("removed")) return DEVICE_REMOVED;
    if (mode("asks-each-time") && !authenticated) return USER_NOT_LOGGED_IN;
    if (out) authenticated = 0;
    return ((ULONG (*)(ULONG, unsigned char *, ULONG, unsigned char *, ULONG *))real->call[SIGN])(
        session, data, length, out, size);
}

ULONG C_GetFunctionList(LIST **list) {
    void *library = dlopen(getenv("TOKEN_SHIM_REAL"), RTLD_NOW);
    ULONG (*get)(LIST **) = library ? (ULONG (*)(LIST **))dlsym(library, "C_GetFunctionList") : NULL;
    if (!get || get(&real)) return FUNCTION_FAILED;
    ours = *real;
    ours.call[INITIALIZE] = initialize;
    ours.call[GET_TOKEN_INFO] = get_token_info;
    ours.call[LOGIN] = login;
    ours.call[GET_ATTRIBUTE_VALUE] = get_attribute_value;
    ours.call[SIGN] = sign;
    *list = &ours;
    return 0;
}
