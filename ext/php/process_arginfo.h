/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: bb7fcc0282914970904392121ca5c0d11788c0da */

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Lockstep_Process___construct, 0, 0, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Process_run, 0, 2, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, command, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, environment, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, directory, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, writable, IS_ARRAY, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, input, IS_STRING, 0, "\"\"")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, output, IS_CALLABLE, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, timeout, IS_LONG, 0, "0")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, secret, IS_STRING, 0, "\"\"")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Lockstep_Process_start, 0, 2, Lockstep\\Process, 0)
	ZEND_ARG_TYPE_INFO(0, command, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, environment, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, directory, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, writable, IS_ARRAY, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, input, IS_STRING, 0, "\"\"")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Process_wait, 0, 0, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, output, IS_CALLABLE, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, timeout, IS_LONG, 0, "0")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Process_fence, 0, 0, IS_STRING, 0)
ZEND_END_ARG_INFO()


ZEND_METHOD(Lockstep_Process, __construct);
ZEND_METHOD(Lockstep_Process, run);
ZEND_METHOD(Lockstep_Process, start);
ZEND_METHOD(Lockstep_Process, wait);
ZEND_METHOD(Lockstep_Process, fence);


static const zend_function_entry class_Lockstep_Process_methods[] = {
	ZEND_ME(Lockstep_Process, __construct, arginfo_class_Lockstep_Process___construct, ZEND_ACC_PRIVATE)
	ZEND_ME(Lockstep_Process, run, arginfo_class_Lockstep_Process_run, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Process, start, arginfo_class_Lockstep_Process_start, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Process, wait, arginfo_class_Lockstep_Process_wait, ZEND_ACC_PUBLIC)
	ZEND_ME(Lockstep_Process, fence, arginfo_class_Lockstep_Process_fence, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_FE_END
};

static zend_class_entry *register_class_Lockstep_Process(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Lockstep", "Process", class_Lockstep_Process_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}
