/*
 * Lockstep\Lock: the lock on a site, released with the object.
 */
#include "php_lockstep.h"

#include "zend_interfaces.h"

#include "lockstep/lock.h"

#include "error.h"
#include "job.h"
#include "place.h"

#include "lock_arginfo.h"

struct lock_object {
	struct lks_lock *lock; /* NULL once released */
	zend_object std;
};

zend_class_entry *php_lks_lock_ce;
static zend_object_handlers handlers;

static struct lock_object *object_of(zend_object *object)
{
	return (struct lock_object *)((char *)object - XtOffsetOf(struct lock_object, std));
}

static zend_object *create(zend_class_entry *ce)
{
	struct lock_object *made = zend_object_alloc(sizeof(*made), ce);

	zend_object_std_init(&made->std, ce);
	object_properties_init(&made->std, ce);
	made->std.handlers = &handlers;
	return &made->std;
}

static void free_object(zend_object *object)
{
	struct lock_object *self = object_of(object);

	lks_lock_free(self->lock);
	zend_object_std_dtor(object);
}

void php_lks_lock_register(void)
{
	php_lks_lock_ce = register_class_Lockstep_Lock();
	php_lks_lock_ce->create_object = create;
	handlers = *zend_get_std_object_handlers();
	handlers.offset = XtOffsetOf(struct lock_object, std);
	handlers.free_obj = free_object;
	handlers.clone_obj = NULL;
}

ZEND_METHOD(Lockstep_Lock, __construct)
{
	(void)return_value;
	ZEND_PARSE_PARAMETERS_NONE();
}

ZEND_METHOD(Lockstep_Lock, acquire)
{
	struct lks_error err = {0};
	zend_string *root;

	ZEND_PARSE_PARAMETERS_START(1, 1)
		Z_PARAM_PATH_STR(root)
	ZEND_PARSE_PARAMETERS_END();

	if (php_lks_path_allowed(root, &err))
		object_init_ex(return_value, php_lks_lock_ce);
	if (err.status == LKS_OK)
		lks_lock_acquire(&object_of(Z_OBJ_P(return_value))->lock, ZSTR_VAL(root), &err);
	if (err.status != LKS_OK)
		php_lks_throw(&err);
}

ZEND_METHOD(Lockstep_Lock, release)
{
	struct lock_object *self = object_of(Z_OBJ_P(ZEND_THIS));

	(void)return_value;
	ZEND_PARSE_PARAMETERS_NONE();

	lks_lock_free(self->lock);
	self->lock = NULL;
}
