/*
 * From a core error to a PHP exception: the only place of the binding that throws.
 */
#include "error.h"

#include "ext/spl/spl_exceptions.h"
#include "zend_exceptions.h"

#include "error_arginfo.h"

zend_class_entry *php_lks_exception_ce;

void php_lks_error_register(void)
{
	php_lks_exception_ce = register_class_Lockstep_CoreException(spl_ce_RuntimeException);
}

void php_lks_throw(const struct lks_error *err)
{
	zval exception;
	zend_object *object;

	if (EG(exception) != NULL)
		return;
	if (object_init_ex(&exception, php_lks_exception_ce) != SUCCESS)
		return;
	object = Z_OBJ(exception);
	zend_update_property_string(zend_ce_exception, object, ZEND_STRL("message"), err->message);
	zend_update_property_long(zend_ce_exception, object, ZEND_STRL("code"), err->status);
	zend_update_property_string(php_lks_exception_ce, object, ZEND_STRL("status"), lks_status_name(err->status));
	zend_update_property_string(php_lks_exception_ce, object, ZEND_STRL("path"), err->path);
	zend_update_property_string(php_lks_exception_ce, object, ZEND_STRL("hint"), err->hint);
	zend_throw_exception_object(&exception);
}

void php_lks_bad_value(uint32_t arg, const char *must)
{
	if (EG(exception) == NULL)
		zend_argument_value_error(arg, "%s", must);
}

void php_lks_bad_type(uint32_t arg, const char *must)
{
	if (EG(exception) == NULL)
		zend_argument_type_error(arg, "%s", must);
}

static void read_property(zval *return_value, zval *exception, const char *name, size_t length)
{
	zval buffer;
	zval *value = zend_read_property(php_lks_exception_ce, Z_OBJ_P(exception), name, length, 1, &buffer);

	RETURN_COPY_DEREF(value);
}

ZEND_METHOD(Lockstep_CoreException, getStatus)
{
	ZEND_PARSE_PARAMETERS_NONE();
	read_property(return_value, ZEND_THIS, ZEND_STRL("status"));
}

ZEND_METHOD(Lockstep_CoreException, getPath)
{
	ZEND_PARSE_PARAMETERS_NONE();
	read_property(return_value, ZEND_THIS, ZEND_STRL("path"));
}

ZEND_METHOD(Lockstep_CoreException, getHint)
{
	ZEND_PARSE_PARAMETERS_NONE();
	read_property(return_value, ZEND_THIS, ZEND_STRL("hint"));
}
